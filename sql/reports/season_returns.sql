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

long_returns as (

    select
        chart_id,
        run_id,
        period_end,
        last_there
    from run_returns
    where period_end - last_there >= 182 and is_one_stretch

),

returned_runs as (

    select distinct
        chart_id,
        run_id
    from long_returns

),

run_entries as (

    select
        entries.chart_id,
        returned_runs.run_id,
        entries.period_end,
        entries.position,
        entries.status
    from entries
    inner join returned_runs
        on entries.chart_id = returned_runs.chart_id
        and coalesce(entries.run_id, entries.recording_id) = returned_runs.run_id
    where entries.is_highest

),

numbered_entries as (

    select
        run_entries.*,
        long_returns.last_there,
        count(long_returns.last_there) over (
            partition by run_entries.chart_id, run_entries.run_id
            order by run_entries.period_end
        ) as returns
    from run_entries
    left join long_returns
        on run_entries.chart_id = long_returns.chart_id
        and run_entries.run_id = long_returns.run_id
        and run_entries.period_end = long_returns.period_end

),

stays as (

    select
        chart_id,
        run_id,
        returns,
        min(period_end) as period_end,
        min(last_there) as last_there,
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
    runs.song_name,
    runs.artist_credit,
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
    compared_stays.returns,
    compared_stays.run_id
from compared_stays
inner join runs
    on compared_stays.chart_id = runs.chart_id
    and compared_stays.run_id = runs.run_id
order by
    compared_stays.chart_id asc,
    compared_stays.period_end asc,
    compared_stays.best_position asc,
    compared_stays.run_id asc
