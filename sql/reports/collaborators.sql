-- One row per chart, artist and other artist: the songs on which both are credited.
-- Featured artists count. Each pair has two rows, one from the side of each artist. Artists of a
-- credit that is not resolved are unknown, and not listed.
-- variable charts: only these charts are read; by default, all are
-- variable since: songs that ended before this day do not count; by default, all do
-- variable until: songs that began after this day do not count; by default, all do
-- other_artist: name of the other artist
-- other_key: key of the other artist
-- songs: number of songs with both
-- entries: number of periods of these songs, added up
-- peak_position: highest position of these songs
-- first_date: last day of the first period of one of these songs
-- last_date: last day of the latest period of one of these songs
with

song_artists as (

    select
        chart_id,
        run_id,
        artist_key,
        max(artist_name) as artist_name
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, run_id, artist_key

),

joint_songs as (

    select
        chart_id,
        run_id
    from song_artists
    group by chart_id, run_id
    having count(*) > 1

),

joint_artists as (

    select song_artists.*
    from song_artists
    semi join joint_songs
        on song_artists.chart_id = joint_songs.chart_id
        and song_artists.run_id = joint_songs.run_id

)

select
    artists.chart_id,
    artists.artist_key,
    max(artists.artist_name) as artist_name,
    max(others.artist_name) as other_artist,
    others.artist_key as other_key,
    count(*) as songs,
    sum(runs.periods)::bigint as entries,
    min(runs.peak_position) as peak_position,
    min(runs.first_date) as first_date,
    max(runs.last_date) as last_date
from joint_artists as artists
inner join joint_artists as others
    on artists.chart_id = others.chart_id
    and artists.run_id = others.run_id
    and artists.artist_key <> others.artist_key
inner join runs
    on artists.chart_id = runs.chart_id
    and artists.run_id = runs.run_id
where
    runs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and runs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
group by artists.chart_id, artists.artist_key, others.artist_key
order by
    artists.chart_id asc,
    songs desc,
    entries desc,
    artists.artist_key asc,
    others.artist_key asc
