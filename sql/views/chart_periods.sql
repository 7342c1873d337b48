-- One row per chart and period: the last snapshot of the period.
-- period: length of the period: day, week, month, or a number of days such as `4 days`
-- period_number: number of the period in the history of the chart; missing periods count, too
-- period_start: first day of the period; a chart week starts on a Friday
-- period_end: last day of the period; a chart week ends on a Thursday
-- previous_period_start: first day of the previous period
select
    chart_id,
    period,
    period_number,
    period_start,
    period_end,
    snapshot_at,
    snapshot_date,
    entries,
    expected_entries,
    is_complete,
    previous_period_start
from snapshots
qualify
    row_number() over (
        partition by chart_id, period_start
        order by snapshot_at desc
    ) = 1
