-- One row per chart and period: how much of the weight the top songs have.
-- The Herfindahl-Hirschman index is 1 / entries if all entries weigh the same, and 1 if a single
-- entry has all the weight.
-- top_ten_share: share of the weight at positions 1 to 10
-- hhi: Herfindahl-Hirschman index: the sum of the squared shares of all entries
with

entry_shares as (

    select
        chart_id,
        period_end,
        position,
        weight / sum(weight) over (partition by chart_id, period_start) as share
    from weighted_entries

)

select
    chart_id,
    period_end,
    sum(share) filter (where position <= 10) as top_ten_share,
    sum(share * share) as hhi
from entry_shares
group by chart_id, period_end
order by chart_id, period_end
