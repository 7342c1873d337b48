-- One row per album, with its latest attributes and when it was first and last seen.
-- album_id: Spotify id of the album
-- artist_ids: Spotify ids of the album's artists, in order
-- first_seen_at: time of the first snapshot that has it
-- last_seen_at: time of the latest snapshot that has it
with

seen as (

    select
        album_id,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at
    from albums
    group by album_id

),

latest as (

    select *
    from albums
    qualify
        row_number() over (
            partition by album_id
            order by snapshot_at desc, chart_id asc
        ) = 1

)

select
    latest.album_id,
    latest.album_name,
    latest.album_type,
    latest.release_date,
    latest.release_date_precision,
    latest.release_year,
    latest.total_tracks,
    latest.album_url,
    latest.artist_ids,
    seen.first_seen_at,
    seen.last_seen_at
from latest
inner join seen on latest.album_id = seen.album_id
