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

placed_runs as (

    select
        *,
        year(first_date) as year,
        count(*) over by_year as songs,
        median(periods) over by_year as median_periods,
        rank() over (by_year order by periods desc) as place_by_periods,
        rank() over (by_year order by peak_position asc, periods_at_one desc) as place_by_peak,
        count(*) over (by_year order by periods range between unbounded preceding and current row)
            as as_short
    from chart_runs
    window by_year as (partition by chart_id, year(first_date))

),

counted_runs as (

    select
        *,
        (as_short - count(*) over (partition by chart_id, year, periods)) / nullif(songs - 1, 0)
            as longer_share
    from placed_runs

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
    counted_runs.chart_id,
    counted_runs.entry_name as song_name,
    counted_runs.artist_credit,
    counted_runs.year,
    counted_runs.songs,
    counted_runs.periods,
    counted_runs.median_periods,
    counted_runs.place_by_periods,
    counted_runs.longer_share,
    counted_runs.peak_position,
    counted_runs.place_by_peak,
    counted_runs.is_over,
    coalesce(known_periods.is_before_known, false) as is_debut_known,
    counted_runs.run_id
from counted_runs
inner join known_periods
    on counted_runs.chart_id = known_periods.chart_id
    and counted_runs.first_date = known_periods.period_end
where
    counted_runs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and counted_runs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by
    counted_runs.chart_id asc,
    counted_runs.year asc,
    counted_runs.place_by_periods asc,
    counted_runs.run_id asc
