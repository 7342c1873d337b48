-- One row per chart, run and return after half a year or more: when it came, and how early.
-- History has periods in each half year of an absence. The stay lasts until the next such absence.
-- If the period before the return is missing, the song may have returned in it.
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- period_end: last day of the period of the return
-- last_there: last day of the last period before the absence
-- days_away: number of days between both
-- days_earlier: days by which it came earlier in the year than the return before; null if unknown
-- position: position in the period of the return
-- best_position: highest position of the stay
-- best_date: last day of the first period at that position
-- stay_periods: number of periods of the stay
-- returns: number of returns of the run so far
with

-- Most runs are too short to contain half a year.
long_runs as (

    select
        chart_id,
        run_id,
        entry_name as song_name,
        artist_credit
    from chart_runs
    where last_date - first_date >= 182

),

run_entries as (

    select
        entries.chart_id,
        long_runs.run_id,
        entries.period_end,
        entries.position,
        entries.status,
        numbered_periods.number - lag(numbered_periods.number) over by_run as steps,
        lag(entries.period_end) over by_run as end_before,
        numbered_periods.stretch = lag(numbered_periods.stretch) over by_run as is_one_stretch
    from entries
    inner join long_runs
        on entries.chart_id = long_runs.chart_id
        and coalesce(entries.run_id, entries.recording_id) = long_runs.run_id
    inner join numbered_periods
        on entries.chart_id = numbered_periods.chart_id
        and entries.period_number = numbered_periods.period_number
    where entries.is_highest
    window by_run as (
        partition by entries.chart_id, long_runs.run_id
        order by numbered_periods.number
    )

),

numbered_entries as (

    select
        *,
        period_end - end_before >= 182 and steps > 1 and is_one_stretch as is_long_absence,
        coalesce(is_long_absence, false) as is_return,
        sum(is_return::integer) over (
            partition by chart_id, run_id
            order by period_end
        ) as returns
    from run_entries

),

stays as (

    select
        chart_id,
        run_id,
        returns,
        min(period_end) as period_end,
        arg_min(end_before, period_end) as last_there,
        arg_min(position, period_end) as position,
        arg_min(status, period_end) = 'RE-ENTRY' as is_dated,
        min(position) as best_position,
        arg_min(period_end, (position, period_end)) as best_date,
        count(*) as stay_periods
    from numbered_entries
    where returns > 0
    group by chart_id, run_id, returns

),

compared_stays as (

    select
        *,
        case when is_dated and lag(is_dated) over by_run then lag(period_end) over by_run end
            as return_before
    from stays
    window by_run as (partition by chart_id, run_id order by returns)

)

select
    compared_stays.chart_id,
    long_runs.song_name,
    long_runs.artist_credit,
    compared_stays.period_end,
    compared_stays.last_there,
    compared_stays.period_end - compared_stays.last_there as days_away,
    (
        compared_stays.return_before
        + to_years(
            round((compared_stays.period_end - compared_stays.return_before) / 365.25)::integer
        )
    )::date - compared_stays.period_end as days_earlier,
    compared_stays.position,
    compared_stays.best_position,
    compared_stays.best_date,
    compared_stays.stay_periods,
    compared_stays.returns::bigint as returns,
    compared_stays.run_id
from compared_stays
inner join long_runs
    on compared_stays.chart_id = long_runs.chart_id
    and compared_stays.run_id = long_runs.run_id
order by
    compared_stays.chart_id asc,
    compared_stays.period_end asc,
    compared_stays.best_position asc,
    compared_stays.run_id asc
