-- One row per chart and run: the whole life of a song on the chart.
-- Each chart has its thousand longest runs. If history lacks the period before, an entry counts
-- neither as a debut nor as a return.
-- variable songs: ids of the runs, if not the longest; a list
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- debut_position: position in the first period; null if the song may have been there before
-- periods_to_peak: periods from the first one to the first at the highest position
-- top_ten_periods: number of periods in the top ten
-- returns: number of returns after at least one period off the chart
-- streams: streams in all periods; null if an entry has none
-- best_streams: most streams in a period
with

run_figures as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        bool_or(status = 'NEW') as has_debut,
        count(*) filter (where position <= 10 and is_highest) as top_ten_periods,
        count(*) filter (where status = 'RE-ENTRY' and is_highest) as returns,
        arg_min(period_number, (position, period_number)) - min(period_number) as periods_to_peak,
        case when count(streams) = count(*) then sum(streams) end::bigint as streams,
        max(streams) as best_streams
    from entries
    where period_number is not null
    group by chart_id, coalesce(run_id, recording_id)

)

select
    chart_runs.chart_id,
    chart_runs.entry_name as song_name,
    chart_runs.artist_credit,
    chart_runs.first_date,
    case when run_figures.has_debut then chart_runs.debut_position end as debut_position,
    chart_runs.peak_position,
    chart_runs.peak_date,
    run_figures.periods_to_peak,
    chart_runs.periods,
    chart_runs.periods_at_one,
    run_figures.top_ten_periods,
    run_figures.returns,
    chart_runs.last_date,
    chart_runs.is_over,
    run_figures.streams,
    run_figures.best_streams,
    chart_runs.run_id
from chart_runs
inner join run_figures
    on chart_runs.chart_id = run_figures.chart_id
    and chart_runs.run_id = run_figures.run_id
where
    chart_runs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and chart_runs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
    and (
        getvariable('songs') is null
        or list_contains(getvariable('songs')::varchar[], chart_runs.run_id)
    )
qualify
    getvariable('songs') is not null
    or row_number() over (
        partition by chart_runs.chart_id
        order by chart_runs.periods desc, chart_runs.peak_position asc, chart_runs.run_id asc
    ) <= 1000
order by
    chart_runs.chart_id asc,
    chart_runs.periods desc,
    chart_runs.peak_position asc,
    chart_runs.run_id asc
