-- One row per touched album, with its latest attributes and when it was first and last seen.
-- Of the latest snapshots that have the album, the one of the first chart by id counts.
with

seen_albums as (

    select
        album_id,
        arg_min(albums, (-epoch_us(snapshot_at), chart_id)) as latest,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at
    from albums
    where album_id in (select touched_albums.id from touched_albums)
    group by album_id

)

select
    album_id,
    latest.album_name,
    latest.album_type,
    latest.release_date,
    latest.release_date_precision,
    latest.release_year,
    latest.total_tracks,
    latest.album_url,
    latest.artist_ids,
    first_seen_at,
    last_seen_at
from seen_albums
