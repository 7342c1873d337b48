-- One row per song, with its latest attributes and when it was first and last seen.
-- Of the latest entries of the song, the highest in the first chart by id counts.
with

seen_songs as (

    select
        song_id,
        arg_min(songs, (-epoch_us(snapshot_at), chart_id, position)) as latest,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at
    from songs
    where song_id is not null
    group by song_id

)

select
    song_id,
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
    first_seen_at,
    last_seen_at
from seen_songs
