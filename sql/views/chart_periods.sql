-- One row per chart and period: the last snapshot of the period.
-- period: day or week
-- period_start: first day of the period; a chart week starts on a Friday
-- period_end: last day of the period; a chart week ends on a Thursday
-- previous_period_start: first day of the previous period
select
    chart_id,
    period,
    period_start,
    period_end,
    snapshot_at,
    snapshot_date,
    entries,
    expected_entries,
    is_complete,
    case period
        when 'day' then period_start - 1
        else period_start - 7
    end as previous_period_start
from snapshots
qualify
    row_number() over (
        partition by chart_id, period_start
        order by snapshot_at desc
    ) = 1
