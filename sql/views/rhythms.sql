-- One row per snapshot of a chart whose id does not end in -daily or -weekly, with its period.
-- The step of a rhythm is the usual number of days between snapshots. It is measured around each
-- snapshot, so that a chart may change its rhythm. A snapshot begins a new period if it comes more
-- than half a step after the one before it. If it comes more than one and a half steps after it,
-- periods are missing. They are spread evenly over the time in between.
-- period_number: number of the period in the history of the chart; missing periods count, too
with

timed_snapshots as (

    select
        chart_id,
        snapshot_at,
        hour(snapshot_at) as hour
    from published_snapshots
    where chart_id not like '%-daily' and chart_id not like '%-weekly'

),

chart_clocks as (

    select
        chart_id,
        count(*) / (max(snapshot_at)::date - min(snapshot_at)::date + 1) as snapshots_a_day,
        avg((hour between 2 and 17)::integer) as share_by_day,
        arg_min(hour, snapshot_at) filter (where hour not between 2 and 17) as first_by_night
    from timed_snapshots
    group by chart_id

),

-- The day of a chart begins at midnight UTC. If the chart has a snapshot a day, usually around
-- midnight, its day begins at 22:00 or 06:00, so that a clock change or a delay does not put two
-- snapshots on one day and none on another. The first snapshot around midnight decides which, so
-- that the days of a history do not change while it grows.
chart_days_begin as (

    select
        chart_id,
        case
            when snapshots_a_day not between 0.5 and 1.5 or share_by_day >= 0.5 then 0
            when first_by_night < 2 then -2
            else 6
        end as first_hour
    from chart_clocks

),

dated_snapshots as (

    select
        timed_snapshots.chart_id,
        timed_snapshots.snapshot_at,
        (timed_snapshots.snapshot_at - to_hours(chart_days_begin.first_hour))::date as day
    from timed_snapshots
    inner join chart_days_begin on timed_snapshots.chart_id = chart_days_begin.chart_id

),

chart_days as (

    select distinct
        chart_id,
        day
    from dated_snapshots

),

spaced_days as (

    select
        *,
        day - lag(day) over in_order as distance,
        (lead(day) over in_order - lag(day) over in_order) / 2 as mean_distance
    from chart_days
    window in_order as (partition by chart_id order by day)

),

measured_days as (

    select
        *,
        quantile_disc(distance, 0.5) over nearby as usual_distance,
        quantile_disc(mean_distance, 0.5) over nearby as usual_mean_distance
    from spaced_days
    window nearby as (
        partition by chart_id
        order by day
        rows between 4 preceding and 4 following
    )

),

-- Snapshots on fixed weekdays, such as Tuesday and Thursday, are 2 and 5 days apart in turn. The
-- mean of two distances evens that out.
stepped_days as (

    select
        chart_id,
        day,
        distance,
        case
            when usual_distance is null then 7
            when usual_distance between 2 and 6
                then coalesce(usual_mean_distance, usual_distance)
            else usual_distance
        end as step
    from measured_days

),

numbered_days as (

    select
        chart_id,
        day,
        round(step)::integer as step,
        1 + coalesce(sum(ceil(distance / step - 0.5)) over (
            partition by chart_id
            order by day
        ), 0)::integer as period_number
    from stepped_days

),

bounded_days as (

    select
        *,
        max(day) over (partition by chart_id, period_number) as period_end,
        max(day) over earlier as end_before,
        period_number - max(period_number) over earlier as steps
    from numbered_days
    window earlier as (
        partition by chart_id
        order by period_number
        range between unbounded preceding and 1 preceding
    )

),

started_days as (

    select
        *,
        1 + coalesce(
            end_before + round((period_end - end_before) * (steps - 1) / steps)::integer,
            period_end - step
        ) as period_start
    from bounded_days

),

preceded_days as (

    select
        *,
        case
            when steps = 1 then max(period_start) over earlier
            when steps > 1
                then
                    1 + end_before
                    + round((period_end - end_before) * (steps - 2) / steps)::integer
            else period_start - step
        end as previous_period_start
    from started_days
    window earlier as (
        partition by chart_id
        order by period_number
        range between unbounded preceding and 1 preceding
    )

)

select
    dated_snapshots.chart_id,
    dated_snapshots.snapshot_at,
    case
        when preceded_days.step = 1 then 'day'
        when preceded_days.step between 6 and 8 then 'week'
        when preceded_days.step between 28 and 31 then 'month'
        else preceded_days.step || ' days'
    end as period,
    preceded_days.period_number,
    preceded_days.period_start,
    preceded_days.period_end,
    preceded_days.previous_period_start
from dated_snapshots
inner join preceded_days
    on dated_snapshots.chart_id = preceded_days.chart_id
    and dated_snapshots.day = preceded_days.day
