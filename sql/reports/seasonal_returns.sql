-- One row per run that returned to a chart after half a year or more, as Christmas songs do.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
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

dated_runs as (

    select
        movements.chart_id,
        movements.run_id,
        list_sort(list(movements.period_end)) as dates
    from movements
    semi join long_runs
        on movements.chart_id = long_runs.chart_id
        and movements.run_id = long_runs.run_id
    group by movements.chart_id, movements.run_id

),

counted_returns as (

    select
        *,
        len(list_filter(
            list_zip(dates[2:], dates[:-2]), lambda neighbours: neighbours[1] - neighbours[2] >= 182
        )) as returns
    from dated_runs

)

select
    counted_returns.chart_id,
    counted_returns.run_id,
    long_runs.song_name,
    long_runs.artist_credit,
    counted_returns.returns,
    list_sort(list_distinct(list_transform(counted_returns.dates, lambda day: year(day)))) as years,
    list_aggregate(
        list_sort(list_transform(counted_returns.dates, lambda day: month(day))), 'mode'
    ) as usual_month
from counted_returns
inner join long_runs
    on counted_returns.chart_id = long_runs.chart_id
    and counted_returns.run_id = long_runs.run_id
where counted_returns.returns > 0
order by counted_returns.chart_id asc, counted_returns.returns desc, counted_returns.run_id asc
