-- One row per chart and artist with one hit: a single song in the top ten, and that a year ago.
-- The song left the top ten at least 365 days before the latest period. Artists who were there
-- before history begins may have had other hits. Featured artists count, too.
-- variable charts: only these charts are read; by default, all are
-- song_name: title of the hit
-- peak_position: highest position of the hit
-- top_ten_periods: number of periods of the hit in the top ten
-- first_date: last day of the first period of the hit in the top ten
-- last_date: last day of the latest period of the hit in the top ten
-- songs: number of the artist's songs on the chart, the hit included
-- next_peak: highest position of the artist's other songs; null if there are none
with

artist_songs as (

    select
        chart_id,
        artist_key,
        run_id,
        any_value(artist_name) as artist_name,
        min(position) as peak_position,
        count(distinct period_end) filter (where position <= 10) as top_ten_periods,
        min(period_end) filter (where position <= 10) as first_date,
        max(period_end) filter (where position <= 10) as last_date
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, artist_key, run_id

),

latest_periods as (

    select
        chart_id,
        max(period_end) as latest_date
    from chart_periods
    group by chart_id

),

careers as (

    select
        chart_id,
        artist_key,
        any_value(artist_name) as artist_name,
        count(*) as songs,
        arg_min(run_id, peak_position) as run_id,
        min(peak_position) as peak_position,
        max(top_ten_periods) as top_ten_periods,
        min(first_date) as first_date,
        max(last_date) as last_date,
        min(peak_position) filter (where peak_position > 10) as next_peak
    from artist_songs
    group by chart_id, artist_key
    having count(*) filter (where peak_position <= 10) = 1

)

select
    careers.chart_id,
    careers.artist_key,
    careers.artist_name,
    runs.song_name,
    careers.peak_position,
    careers.top_ten_periods,
    careers.first_date,
    careers.last_date,
    careers.songs,
    careers.next_peak,
    careers.run_id
from careers
inner join latest_periods on careers.chart_id = latest_periods.chart_id
inner join runs
    on careers.chart_id = runs.chart_id
    and careers.run_id = runs.run_id
where latest_periods.latest_date - careers.last_date >= 365
order by
    careers.chart_id asc,
    careers.peak_position asc,
    careers.top_ten_periods desc,
    careers.artist_key asc
