-- One row per published snapshot, with its period.
-- If the chart id ends in -daily or -weekly, the period is a day, or a chart week from Friday to
-- Thursday. Otherwise the chart has its own rhythm, and each period ends on the day of its last
-- snapshot. The period of a chart with snapshots of a single day is a week.
with

calendar_periods as (

    select
        chart_id,
        snapshot_at,
        case when chart_id like '%-daily' then 'day' else 'week' end as period,
        case when period = 'day' then 1 else 7 end as days,
        snapshot_at::date
        - case when period = 'day' then 0 else (isodow(snapshot_at) + 2) % 7 end::integer
            as period_start
    from published_snapshots
    where chart_id like '%-daily' or chart_id like '%-weekly'

),

periods as (

    select
        chart_id,
        snapshot_at,
        period,
        1
        + ((period_start - min(period_start) over (partition by chart_id)) // days)::integer
            as period_number,
        period_start,
        period_start + days - 1 as period_end,
        period_start - days as previous_period_start
    from calendar_periods
    union all
    select
        chart_id,
        snapshot_at,
        period,
        period_number,
        period_start,
        period_end,
        previous_period_start
    from rhythms

)

select
    published_snapshots.chart_id,
    published_snapshots.snapshot_at,
    published_snapshots.snapshot_at::date as snapshot_date,
    periods.period,
    periods.period_number,
    periods.period_start,
    periods.period_end,
    periods.previous_period_start,
    published_snapshots.entries,
    published_snapshots.expected_entries,
    published_snapshots.is_complete,
    published_snapshots.raw_name,
    published_snapshots.sha256
from published_snapshots
inner join periods
    on published_snapshots.chart_id = periods.chart_id
    and published_snapshots.snapshot_at = periods.snapshot_at
