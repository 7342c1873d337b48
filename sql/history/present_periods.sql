-- One row per chart and period: the last snapshot of the period, now that snapshots were replaced.
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
