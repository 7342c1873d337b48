-- One row per song and recording that occur together in entries of touched recordings.
-- first_recording_id: smallest recording id of the song
select
    song_id,
    recording_id,
    min(recording_id) over (partition by song_id) as first_recording_id
from recording_parts
where song_id is not null and recording_id is not null
group by song_id, recording_id
