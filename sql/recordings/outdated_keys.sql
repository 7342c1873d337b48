-- One row per part of a touched recording whose entries do not have its key yet.
-- stored_key: the key as it is stored: null if it is the recording id, or the song id without one
select distinct
    chart_id,
    song_id,
    recording_id,
    former_key,
    nullif(recording_key, coalesce(recording_id, song_id)) as stored_key
from keyed_parts
where former_key is distinct from nullif(recording_key, coalesce(recording_id, song_id))
