-- One row per chart and run: the whole life of a song on the chart.
-- Each chart has its thousand longest runs. An entry is a debut only if history has the period
-- before, and if Spotify's own figures, where there are any, do not say that it was on the chart
-- earlier. Where periods are missing, what is counted is a lower bound: a run may have been on the
-- chart in them, left it, or returned to it.
-- variable songs: ids of the runs, if not the longest; a list
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- debut_position: position in the first period; null if the song may have been there before
-- periods_to_peak: periods from the first one to the first at the highest position
-- top_ten_periods: number of periods in the top ten
-- returns: number of returns after at least one period that history has without the run
-- missing_periods: number of periods that history lacks between the first and the last one
-- streams: streams in all periods; null if an entry has none
-- best_streams: most streams in a period
with

run_figures as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        bool_or(status = 'NEW' and coalesce(reported_periods, 1) <= 1) as has_debut,
        count(*) filter (where position <= 10 and is_highest) as top_ten_periods,
        count(*) filter (where status = 'RE-ENTRY' and is_highest) as returns,
        arg_min(period_number, (position, period_number)) - min(period_number) as periods_to_peak,
        case when count(streams) = count(*) then sum(streams) end::bigint as streams,
        max(streams) as best_streams
    from entries
    where period_number is not null
    group by chart_id, coalesce(run_id, recording_id)

),

-- Returns after a gap, of runs that had left before it.
returns_after_gaps as (

    select
        chart_id,
        run_id,
        count(*) as returns
    from run_returns
    where status = 'UNKNOWN'
    group by chart_id, run_id

),

lacking_periods as (

    select
        chart_id,
        period_end,
        period_number - number as lacking
    from numbered_periods

),

listed_runs as (

    select *
    from chart_runs
    where
        last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
        and first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
        and (
            getvariable('songs') is null
            or list_contains(getvariable('songs')::varchar[], run_id)
        )
    qualify
        getvariable('songs') is not null
        or row_number() over (
            partition by chart_id
            order by periods desc, peak_position asc, run_id asc
        ) <= 1000

)

select
    listed_runs.chart_id,
    listed_runs.entry_name as song_name,
    listed_runs.artist_credit,
    listed_runs.first_date,
    case when run_figures.has_debut then listed_runs.debut_position end as debut_position,
    listed_runs.peak_position,
    listed_runs.peak_date,
    run_figures.periods_to_peak,
    listed_runs.periods,
    listed_runs.periods_at_one,
    run_figures.top_ten_periods,
    run_figures.returns + coalesce(returns_after_gaps.returns, 0) as returns,
    last_periods.lacking - first_periods.lacking as missing_periods,
    listed_runs.last_date,
    listed_runs.is_over,
    run_figures.streams,
    run_figures.best_streams,
    listed_runs.run_id
from listed_runs
inner join run_figures
    on listed_runs.chart_id = run_figures.chart_id
    and listed_runs.run_id = run_figures.run_id
inner join lacking_periods as first_periods
    on listed_runs.chart_id = first_periods.chart_id
    and listed_runs.first_date = first_periods.period_end
inner join lacking_periods as last_periods
    on listed_runs.chart_id = last_periods.chart_id
    and listed_runs.last_date = last_periods.period_end
left join returns_after_gaps
    on listed_runs.chart_id = returns_after_gaps.chart_id
    and listed_runs.run_id = returns_after_gaps.run_id
order by
    listed_runs.chart_id asc,
    listed_runs.periods desc,
    listed_runs.peak_position asc,
    listed_runs.run_id asc
