-- One row per run that returned to a chart after half a year or more, as Christmas songs do.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- History has periods in each half year of an absence.
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- returns: number of returns after 182 days or more
-- years: years in which the song was on the chart, in order
-- usual_month: month with the most entries of the run, from 1 to 12; the first of those that tie
with

-- Most runs are too short to contain half a year.
long_runs as (

    select
        chart_id,
        run_id,
        entry_name as song_name,
        artist_credit
    from chart_runs
    where
        last_date - first_date >= 182
        and last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
        and first_date <= coalesce(getvariable('until')::date, 'infinity'::date)

),

run_entries as (

    select
        movements.chart_id,
        movements.run_id,
        movements.period_end,
        numbered_periods.number - lag(numbered_periods.number) over by_run as steps,
        movements.period_end - lag(movements.period_end) over by_run as days,
        numbered_periods.stretch = lag(numbered_periods.stretch) over by_run as is_one_stretch
    from movements
    semi join long_runs
        on movements.chart_id = long_runs.chart_id
        and movements.run_id = long_runs.run_id
    inner join numbered_periods
        on movements.chart_id = numbered_periods.chart_id
        and movements.period_number = numbered_periods.period_number
    window by_run as (
        partition by movements.chart_id, movements.run_id
        order by numbered_periods.number
    )

),

returned_runs as (

    select
        chart_id,
        run_id,
        count(*) filter (where steps > 1 and days >= 182 and is_one_stretch) as returns,
        list_sort(list(distinct year(period_end))) as years,
        list_aggregate(list_sort(list(month(period_end))), 'mode') as usual_month
    from run_entries
    group by chart_id, run_id

)

select
    returned_runs.chart_id,
    returned_runs.run_id,
    long_runs.song_name,
    long_runs.artist_credit,
    returned_runs.returns,
    returned_runs.years,
    returned_runs.usual_month
from returned_runs
inner join long_runs
    on returned_runs.chart_id = long_runs.chart_id
    and returned_runs.run_id = long_runs.run_id
where returned_runs.returns > 0
order by returned_runs.chart_id asc, returned_runs.returns desc, returned_runs.run_id asc
