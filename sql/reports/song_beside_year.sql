-- One row per chart and run: a song beside all that entered the chart in the same year.
-- Songs of the first period of history may be older, and are compared with those of its year.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- year: year in which the song entered the chart, as far as history tells
-- songs: number of songs that entered in the year
-- periods: number of periods of the song so far
-- median_periods: median of all songs of the year, those that are still there included
-- place_by_periods: place among them by number of periods
-- peak_position: highest position of the song
-- place_by_peak: place among them by highest position, then by periods at number one
-- longer_share: share of them that were on the chart for fewer periods
-- is_debut_known: whether history has the period before the first one
with

dated_runs as (

    select
        *,
        year(first_date) as year
    from chart_runs

),

years as (

    select
        chart_id,
        year,
        count(*) as songs,
        median(periods) as median_periods
    from dated_runs
    group by chart_id, year

),

-- There are far fewer numbers of periods than songs, and fewer peaks, so these are ranked.
lengths as (

    select
        chart_id,
        year,
        periods,
        count(*) as songs
    from dated_runs
    group by chart_id, year, periods

),

placed_lengths as (

    select
        *,
        sum(songs) over (partition by chart_id, year order by periods)::bigint - songs as shorter,
        sum(songs) over (partition by chart_id, year order by periods desc)::bigint - songs + 1
            as place
    from lengths

),

peaks as (

    select
        chart_id,
        year,
        peak_position,
        periods_at_one,
        count(*) as songs
    from dated_runs
    group by chart_id, year, peak_position, periods_at_one

),

placed_peaks as (

    select
        *,
        sum(songs) over (
            partition by chart_id, year
            order by peak_position asc, periods_at_one desc
        )::bigint - songs + 1 as place
    from peaks

),

known_periods as (

    select
        chart_id,
        period_end,
        period_number - lag(period_number) over (partition by chart_id order by period_number) = 1
            as is_before_known
    from chart_periods

)

select
    dated_runs.chart_id,
    dated_runs.entry_name as song_name,
    dated_runs.artist_credit,
    dated_runs.year,
    years.songs,
    dated_runs.periods,
    years.median_periods,
    placed_lengths.place as place_by_periods,
    placed_lengths.shorter / nullif(years.songs - 1, 0) as longer_share,
    dated_runs.peak_position,
    placed_peaks.place as place_by_peak,
    dated_runs.is_over,
    coalesce(known_periods.is_before_known, false) as is_debut_known,
    dated_runs.run_id
from dated_runs
inner join years
    on dated_runs.chart_id = years.chart_id
    and dated_runs.year = years.year
inner join placed_lengths
    on dated_runs.chart_id = placed_lengths.chart_id
    and dated_runs.year = placed_lengths.year
    and dated_runs.periods = placed_lengths.periods
inner join placed_peaks
    on dated_runs.chart_id = placed_peaks.chart_id
    and dated_runs.year = placed_peaks.year
    and dated_runs.peak_position = placed_peaks.peak_position
    and dated_runs.periods_at_one = placed_peaks.periods_at_one
inner join known_periods
    on dated_runs.chart_id = known_periods.chart_id
    and dated_runs.first_date = known_periods.period_end
where
    dated_runs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and dated_runs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by
    dated_runs.chart_id asc,
    dated_runs.year asc,
    placed_lengths.place asc,
    dated_runs.run_id asc
