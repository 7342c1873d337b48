-- One row per part of a touched recording, with what its ids alone link it to.
-- core_id: smallest of all recording ids that songs link, over any number of them; the song id if
-- there is none
-- has_isrc: whether the entry or its song has an ISRC, so that core_id is one
with

first_recordings as (

    select distinct
        song_id,
        first_recording_id,
        has_isrc
    from song_links

),

known_parts as (

    select
        recording_parts.*,
        recording_parts.isrc is not null or coalesce(first_recordings.has_isrc, false) as has_isrc,
        coalesce(
            recording_parts.isrc,
            case when first_recordings.has_isrc then first_recordings.first_recording_id end,
            recording_parts.recording_id,
            first_recordings.first_recording_id
        ) as linked_id
    from recording_parts
    left join first_recordings on recording_parts.song_id = first_recordings.song_id

)

select
    known_parts.* exclude (linked_id),  -- noqa: AM04
    coalesce(linked_recordings.core_id, known_parts.linked_id, known_parts.song_id) as core_id
from known_parts
left join linked_recordings on known_parts.linked_id = linked_recordings.recording_id
