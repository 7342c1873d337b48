-- One row per album, with its latest attributes and when it was first and last seen.
-- album_id: Spotify id of the album
-- artist_ids: Spotify ids of the album's artists, in order
-- first_seen_at: time of the first snapshot that has it
-- last_seen_at: time of the latest snapshot that has it
select
    album_id,
    album_name,
    album_type,
    release_date,
    release_date_precision,
    release_year,
    total_tracks,
    album_url,
    artist_ids,
    snapshot_at as first_seen_at,
    snapshot_at as last_seen_at
from albums
where false
