-- One row per snapshot of a chart whose id does not end in -daily or -weekly, with its period.
-- A rhythm is a step, the usual number of days between snapshots, or a set of weekdays, such as
-- Monday to Friday. It is measured around each snapshot, so that a chart may change its rhythm.
-- With weekdays, each belongs to one period, and a snapshot belongs to the nearest of them. With a
-- step, a snapshot begins a new period if it comes more than half a step after the one before it.
-- If it comes more than one and a half steps after it, periods are missing. They are spread evenly
-- over the time in between.
-- period_number: number of the period in the history of the chart; missing periods count, too
-- missing_days: last days of the periods that are missing before this one
with

timed_snapshots as (

    select
        chart_id,
        snapshot_at,
        hour(snapshot_at) as hour,
        row_number() over (partition by chart_id order by snapshot_at) as number
    from published_snapshots
    where chart_id not like '%-daily' and chart_id not like '%-weekly'

),

-- Hours count from 18:00, so that those around midnight follow each other. More snapshots are late
-- than early, so the usual hour is one of the first.
chart_clocks as (

    select
        chart_id,
        count(*) / (max(snapshot_at)::date - min(snapshot_at)::date + 1) as snapshots_a_day,
        avg((hour between 2 and 17)::integer) as share_by_day,
        quantile_disc((hour + 6) % 24, 0.25) filter (where number <= 9) as usual_hour
    from timed_snapshots
    group by chart_id

),

-- The day of a chart begins at midnight UTC. If the chart has at most a snapshot a day, but more
-- than one a week, usually around midnight, its day begins at 22:00 or 06:00, so that a clock
-- change or a delay does not move a snapshot to another day. The first snapshots decide which, so
-- that the days of a history do not change while it grows.
chart_days_begin as (

    select
        chart_id,
        case
            when snapshots_a_day not between 0.2 and 1.5 or share_by_day >= 0.5 then 0
            when usual_hour < 6 then 6
            else -2
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
        lag(day) over in_order as day_before,
        day - lag(day) over in_order as distance,
        (lead(day) over in_order - lag(day) over in_order) / 2 as mean_distance
    from chart_days
    window in_order as (partition by chart_id order by day)

),

measured_days as (

    select
        *,
        quantile_disc(distance, 0.5) over nearby as usual_distance,
        quantile_disc(mean_distance, 0.5) over nearby as usual_mean_distance,
        list(isodow(day)) over around as weekdays_around,
        count(distinct date_trunc('week', day)) over around as weeks_around,
        isodow(first_value(day) over around) as first_weekday,
        isodow(last_value(day) over around) as last_weekday
    from spaced_days
    window
        nearby as (
            partition by chart_id
            order by day
            rows between 4 preceding and 4 following
        ),
        around as (
            partition by chart_id
            order by day
            rows between 20 preceding and 20 following
        )

),

-- How many snapshots came on each weekday, and how many might have. Weeks without any do not count.
weekday_counts as (

    select
        *,
        list_transform(
            range(1, 8),
            lambda weekday: struct_pack(
                weekday := weekday,
                found := len(list_filter(weekdays_around, lambda other: other = weekday)),
                possible := weeks_around
                - (first_weekday > weekday)::integer
                - (last_weekday < weekday)::integer
            )
        ) as counts,
        list_filter(counts, lambda one: 3 * one.found >= one.possible) as used,
        list_filter(counts, lambda one: 3 * one.found < one.possible) as unused,
        list_sum(list_transform(used, lambda one: one.found)) as found,
        list_sum(list_transform(used, lambda one: one.possible)) as possible,
        list_min(list_transform(unused, lambda one: one.possible)) as seen_unused
    from measured_days

),

-- A chart has a set of weekdays if nearly all snapshots come on these, if nearly all that are
-- expected came, and if each other weekday was without one at least twice. Otherwise it has a step.
-- If its snapshots are 2 and 5 days apart in turn, the step is the mean of both.
stepped_days as (

    select
        chart_id,
        day,
        day_before,
        distance,
        case
            when
                len(used) > 1
                and seen_unused >= 2
                and 4 * found >= 3 * len(weekdays_around)
                and 4 * found >= 3 * possible
                then list_transform(used, lambda one: one.weekday)
        end as weekdays,
        case
            when weekdays is not null then 7 / len(weekdays)
            when usual_distance is null then 7
            when usual_distance between 2 and 6
                then coalesce(usual_mean_distance, usual_distance)
            else usual_distance
        end as step
    from weekday_counts

),

-- With weekdays, the slot of a day is the nearest of them. Of two, it is the earlier, because late
-- snapshots are likelier than early ones.
slotted_days as (

    select
        *,
        list_filter(
            [day, day - 1, day + 1, day - 2, day + 2, day - 3, day + 3],
            lambda date: list_contains(weekdays, isodow(date))
        )[1] as slot
    from stepped_days

),

preceded_days as (

    select
        *,
        coalesce(lag(slot) over (partition by chart_id order by day), day_before) as slot_before
    from slotted_days

),

counted_days as (

    select
        *,
        list_filter(
            list_transform(
                range(1, slot - slot_before),
                lambda number: slot_before + number::integer
            ),
            lambda date: list_contains(weekdays, isodow(date))
        ) as missing_slots,
        case
            when day_before is null then 1
            when weekdays is null then ceil(distance / step - 0.5)::integer
            else len(missing_slots) + (slot > slot_before)::integer
        end as steps
    from preceded_days

),

numbered_days as (

    select
        *,
        sum(steps) over (partition by chart_id order by day)::integer as period_number
    from counted_days

),

-- One row per period: the first day of the period has what is missing before it.
periods as (

    select
        chart_id,
        period_number,
        round(step)::integer as step,
        day_before as end_before,
        max(day) over (partition by chart_id, period_number) as period_end,
        coalesce(
            missing_slots,
            list_transform(
                range(1, steps),
                lambda number:
                day_before + round((period_end - day_before) * number / steps)::integer
            )
        ) as missing_days
    from numbered_days
    qualify steps > 0

),

started_periods as (

    select
        *,
        1 + coalesce(missing_days[-1], end_before, period_end - step) as period_start
    from periods

),

preceded_periods as (

    select
        *,
        case
            when end_before is null then period_start - step
            when len(missing_days) > 0 then 1 + coalesce(missing_days[-2], end_before)
            else lag(period_start) over (partition by chart_id order by period_number)
        end as previous_period_start
    from started_periods

)

select
    dated_snapshots.chart_id,
    dated_snapshots.snapshot_at,
    case
        when preceded_periods.step = 1 then 'day'
        when preceded_periods.step between 6 and 8 then 'week'
        when preceded_periods.step between 28 and 31 then 'month'
        else preceded_periods.step || ' days'
    end as period,
    preceded_periods.period_number,
    preceded_periods.period_start,
    preceded_periods.period_end,
    preceded_periods.previous_period_start,
    preceded_periods.missing_days
from dated_snapshots
inner join numbered_days
    on dated_snapshots.chart_id = numbered_days.chart_id
    and dated_snapshots.day = numbered_days.day
inner join preceded_periods
    on numbered_days.chart_id = preceded_periods.chart_id
    and numbered_days.period_number = preceded_periods.period_number
