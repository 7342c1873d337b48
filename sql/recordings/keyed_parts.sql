-- One row per part of a touched recording, with the key that it has from now on.
with

first_recordings as (

    select distinct
        song_id,
        first_recording_id
    from song_links

)

select
    recording_parts.*,  -- noqa: AM04
    coalesce(
        smallest_recordings.recording_key,
        recording_parts.recording_id,
        first_recordings.first_recording_id,
        recording_parts.song_id
    ) as recording_key
from recording_parts
left join first_recordings on recording_parts.song_id = first_recordings.song_id
left join smallest_recordings
    on coalesce(recording_parts.recording_id, first_recordings.first_recording_id)
    = smallest_recordings.recording_id
