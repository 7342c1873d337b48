-- One row per chart, song, recording id and title that occur together in entries of touched
-- recordings.
-- title_key: digest of title and artist credit, whether there is an ISRC or not
-- duration_ms: duration, if there is an ISRC
-- former_key: recording_key of these entries, as stored
-- latest_at: time of the latest of these entries
-- latest_position: position of the latest of these entries
select
    chart_id,
    song_id,
    recording_id,
    isrc,
    case when isrc is null then recording_id else title_key end as title_key,
    case when isrc is not null then duration_ms end as duration_ms,
    recording_key as former_key,
    max(snapshot_at) as latest_at,
    arg_min(position, (-epoch_us(snapshot_at), position)) as latest_position,
    arg_min(song_name, (-epoch_us(snapshot_at), position)) as song_name,
    arg_min(artist_credit, (-epoch_us(snapshot_at), position)) as artist_credit,
    min(snapshot_date) as first_date,
    max(snapshot_date) as last_date,
    min(position) as best_position
from entries
where
    kind = 'song'
    and coalesce(recording_key, recording_id, song_id) in (
        select touched_recordings.recording_key from touched_recordings
    )
group by
    chart_id,
    song_id,
    recording_id,
    isrc,
    case when isrc is null then recording_id else title_key end,
    case when isrc is not null then duration_ms end,
    recording_key
