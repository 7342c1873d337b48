-- One row per song, with its latest attributes and when it was first and last seen.
with

identified_songs as (

    select *
    from songs
    where song_id is not null

),

seen as (

    select
        song_id,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at
    from identified_songs
    group by song_id

),

latest as (

    select *
    from identified_songs
    qualify
        row_number() over (
            partition by song_id
            order by snapshot_at desc, chart_id asc, position asc
        ) = 1

)

select
    latest.song_id,
    latest.song_name,
    latest.song_url,
    latest.recording_id,
    latest.isrc,
    latest.album_id,
    latest.artist_id,
    latest.artist_ids,
    latest.artist_credit,
    latest.duration_ms,
    latest.is_explicit,
    latest.popularity,
    latest.label,
    seen.first_seen_at,
    seen.last_seen_at
from latest
inner join seen on latest.song_id = seen.song_id
