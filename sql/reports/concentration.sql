-- One row per chart and period: the top ten's share of the weight, and the Herfindahl-Hirschman
-- index, the sum of the squared shares of all entries (1 / entries is even, 1 is one song alone).
-- top_ten_share: the share of the first ten positions
-- hhi: the sum of squared shares
with

shares as (

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
from shares
group by chart_id, period_end
order by chart_id, period_end
