-- One row per run whose debut is known: how long it lasted, as far as history can follow it.
-- A debut is known if history has the period before it, and if Spotify's own figures, where a chart
-- file has them, do not say that it was on the chart earlier. Whether a run is there at a gap or
-- not, it is followed up to the first gap of more than two periods after its debut, or else up to
-- the latest period. What comes later does not count.
-- Over a gap of one or two periods it is followed. A run that is there on both sides of one was
-- there in it, and a run that is there only before it ended before it.
-- first_number: number of the first period of the run, in the history of the chart
-- first_date: last day of this period
-- followed_until: last day of the last period up to which the run is followed
-- life: number of periods on the chart up to then, re-entries included
-- is_ended: whether it was not on the chart in that last period; if it was, it may last longer
-- debut_position: position in the first period
-- peak_position: highest position up to the last period up to which it is followed
with

spaced_periods as (

    select
        chart_id,
        period_number,
        period_end,
        period_number - lag(period_number) over (partition by chart_id order by period_number)
            as steps
    from chart_periods

),

numbered_stretches as (

    select
        *,
        sum(case when steps > 3 then 1 else 0 end) over (
            partition by chart_id
            order by period_number
        ) as stretch
    from spaced_periods

),

followed_periods as (

    select
        *,
        max(period_end) over (partition by chart_id, stretch) as followed_until
    from numbered_stretches

),

-- These were there before history begins, or in a gap.
earlier_runs as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id
    from entries
    where status = 'NEW' and reported_periods > 1
    group by chart_id, coalesce(run_id, recording_id)

),

debuts as not materialized (

    select
        runs.chart_id,
        runs.run_id,
        runs.periods,
        runs.debut_position,
        runs.peak_position,
        runs.first_date,
        runs.last_date,
        followed_periods.period_number as first_number,
        followed_periods.stretch,
        followed_periods.followed_until
    from runs
    inner join followed_periods
        on runs.chart_id = followed_periods.chart_id
        and runs.first_date = followed_periods.period_end
    left join earlier_runs
        on runs.chart_id = earlier_runs.chart_id
        and runs.run_id = earlier_runs.run_id
    where followed_periods.steps = 1 and earlier_runs.run_id is null

),

-- What the runs that came back after a long gap had before it.
cut_lives as (

    select
        debuts.chart_id,
        debuts.run_id,
        count(*) as periods,
        min(entries.position) as peak_position,
        max(entries.period_end) as last_date
    from entries
    inner join debuts
        on entries.chart_id = debuts.chart_id
        and coalesce(entries.run_id, entries.recording_id) = debuts.run_id
    where
        entries.is_highest
        and debuts.last_date > debuts.followed_until
        and entries.period_end <= debuts.followed_until
    group by debuts.chart_id, debuts.run_id

),

short_gaps as (

    select
        chart_id,
        stretch,
        steps - 1 as missing,
        period_number as number_after,
        unnest([period_number - steps, period_number]) as period_number
    from followed_periods
    where steps between 2 and 3

),

bridged_gaps as (

    select
        short_gaps.chart_id,
        coalesce(entries.run_id, entries.recording_id) as run_id,
        short_gaps.stretch,
        max(short_gaps.missing) as missing
    from entries
    inner join short_gaps
        on entries.chart_id = short_gaps.chart_id
        and entries.period_number = short_gaps.period_number
    where entries.is_highest
    group by
        short_gaps.chart_id,
        coalesce(entries.run_id, entries.recording_id),
        short_gaps.stretch,
        short_gaps.number_after
    having count(*) = 2

),

bridges as (

    select
        chart_id,
        run_id,
        stretch,
        sum(missing) as missing
    from bridged_gaps
    group by chart_id, run_id, stretch

)

select
    debuts.chart_id,
    debuts.run_id,
    debuts.first_number,
    debuts.first_date,
    debuts.followed_until,
    (coalesce(cut_lives.periods, debuts.periods) + coalesce(bridges.missing, 0))::bigint as life,
    coalesce(cut_lives.last_date, debuts.last_date) < debuts.followed_until as is_ended,
    debuts.debut_position,
    coalesce(cut_lives.peak_position, debuts.peak_position) as peak_position
from debuts
left join cut_lives
    on debuts.chart_id = cut_lives.chart_id
    and debuts.run_id = cut_lives.run_id
left join bridges
    on debuts.chart_id = bridges.chart_id
    and debuts.run_id = bridges.run_id
    and debuts.stretch = bridges.stretch
