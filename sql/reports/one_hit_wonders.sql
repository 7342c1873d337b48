-- One row per chart and artist with one hit: a single song in the top ten, and that a year ago.
-- The song left the top ten at least 365 days before the latest period. A song with a peak in the
-- top ten by Spotify's own figures counts as a hit, too. Charts of which history lacks more than
-- 5 % of the periods have no rows: artists may have had other hits in these. They may also have had
-- some before history begins. Featured artists count, too.
-- variable charts: only these charts are read; by default, all are
-- song_name: title of the hit
-- peak_position: highest position of the hit
-- top_ten_periods: number of periods of the hit in the top ten
-- first_date: last day of the first period of the hit in the top ten
-- last_date: last day of the latest period of the hit in the top ten
-- songs: number of the artist's songs on the chart, the hit included
-- next_peak: highest position of the artist's other songs; null if there are none
with

known_charts as (

    select
        chart_id,
        max(period_end) as latest_date
    from chart_periods
    group by chart_id
    having count(*) >= 0.95 * (max(period_number) - min(period_number) + 1)

),

hits as (

    select
        entry_artists.chart_id,
        entry_artists.artist_key,
        entry_artists.run_id,
        min(entry_artists.position) as peak_position,
        count(distinct entry_artists.period_end) as top_ten_periods,
        min(entry_artists.period_end) as first_date,
        max(entry_artists.period_end) as last_date
    from entry_artists
    semi join known_charts on entry_artists.chart_id = known_charts.chart_id
    where
        entry_artists.position <= 10
        and list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )
    group by entry_artists.chart_id, entry_artists.artist_key, entry_artists.run_id

),

single_hits as (

    select *
    from hits
    qualify count(*) over (partition by chart_id, artist_key) = 1

),

left_hits as (

    select single_hits.*
    from single_hits
    inner join known_charts on single_hits.chart_id = known_charts.chart_id
    where known_charts.latest_date - single_hits.last_date >= 365

),

artist_songs as (

    select
        entry_artists.chart_id,
        entry_artists.artist_key,
        entry_artists.run_id,
        max(entry_artists.artist_name) as artist_name,
        min(entry_artists.position) as peak_position,
        min(entry_artists.reported_peak) as reported_peak
    from entry_artists
    semi join left_hits
        on entry_artists.chart_id = left_hits.chart_id
        and entry_artists.artist_key = left_hits.artist_key
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )
    group by entry_artists.chart_id, entry_artists.artist_key, entry_artists.run_id

),

careers as (

    select
        chart_id,
        artist_key,
        max(artist_name) as artist_name,
        count(*) as songs,
        min(peak_position) filter (where peak_position > 10) as next_peak
    from artist_songs
    group by chart_id, artist_key
    having count(*) filter (where peak_position <= 10 or reported_peak <= 10) = 1

)

select
    left_hits.chart_id,
    left_hits.artist_key,
    careers.artist_name,
    runs.song_name,
    left_hits.peak_position,
    left_hits.top_ten_periods,
    left_hits.first_date,
    left_hits.last_date,
    careers.songs,
    careers.next_peak,
    left_hits.run_id
from left_hits
inner join careers
    on left_hits.chart_id = careers.chart_id
    and left_hits.artist_key = careers.artist_key
inner join runs
    on left_hits.chart_id = runs.chart_id
    and left_hits.run_id = runs.run_id
order by
    left_hits.chart_id asc,
    left_hits.peak_position asc,
    left_hits.top_ten_periods desc,
    left_hits.artist_key asc
