-- One row per chart, month and record label: the label's share of the weight.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- label: record label as given, or `unknown`
-- share: share of the weight of the month, from 0 to 1
select
    chart_id,
    date_trunc('month', period_end)::date as month,
    coalesce(label, 'unknown') as label,
    sum(weight) / sum(sum(weight)) over (
        partition by chart_id, date_trunc('month', period_end)
    ) as share
from weighted_entries
where
    kind <> 'artist'
    and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by chart_id, date_trunc('month', period_end), coalesce(label, 'unknown')
order by chart_id asc, month asc, round(share, 12) desc, label asc
