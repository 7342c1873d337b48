-- One row per published snapshot, with its period.
-- The period is a day, or a chart week from Friday to Thursday. It follows from the chart id if
-- this ends in -daily or -weekly, otherwise from the median number of days between snapshots.
-- A chart with snapshots of a single date is weekly.
with

dated_snapshots as (

    select
        *,
        snapshot_at::date as snapshot_date
    from published_snapshots

),

snapshot_dates as (

    select distinct
        chart_id,
        snapshot_date
    from dated_snapshots

),

spaced_dates as (

    select
        chart_id,
        snapshot_date - lag(snapshot_date) over (
            partition by chart_id
            order by snapshot_date
        ) as days_since
    from snapshot_dates

),

chart_rhythms as (

    select
        chart_id,
        case
            when chart_id like '%-daily' then 'day'
            when chart_id like '%-weekly' then 'week'
            when median(days_since) < 4 then 'day'
            else 'week'
        end as period
    from spaced_dates
    group by chart_id

)

select
    dated_snapshots.chart_id,
    dated_snapshots.snapshot_at,
    dated_snapshots.snapshot_date,
    chart_rhythms.period,
    case chart_rhythms.period
        when 'day' then dated_snapshots.snapshot_date
        else
            dated_snapshots.snapshot_date
            - ((isodow(dated_snapshots.snapshot_date) + 2) % 7)::integer
    end as period_start,
    case chart_rhythms.period
        when 'day' then dated_snapshots.snapshot_date
        else
            dated_snapshots.snapshot_date
            - ((isodow(dated_snapshots.snapshot_date) + 2) % 7)::integer
            + 6
    end as period_end,
    dated_snapshots.entries,
    dated_snapshots.expected_entries,
    dated_snapshots.is_complete,
    dated_snapshots.raw_name,
    dated_snapshots.sha256
from dated_snapshots
inner join chart_rhythms on dated_snapshots.chart_id = chart_rhythms.chart_id
