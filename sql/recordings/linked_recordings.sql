-- One row per recording id that songs link to a smaller one.
-- core_id: smallest of all recording ids that are linked, over any number of songs
with recursive

-- Two recording ids of a song, in both directions; the first of them links all others.
links as (

    select
        first_recording_id as one_id,
        recording_id as other_id
    from song_links
    where recording_id > first_recording_id
    union
    select
        recording_id as one_id,
        first_recording_id as other_id
    from song_links
    where recording_id > first_recording_id

),

-- A recording id spreads over the links to all that are larger.
reached_recordings as (

    select
        other_id as recording_id,
        one_id as core_id
    from links
    where one_id < other_id
    union
    select
        links.other_id as recording_id,
        reached_recordings.core_id
    from reached_recordings
    inner join links
        on reached_recordings.recording_id = links.one_id
        and reached_recordings.core_id < links.other_id

)

select
    recording_id,
    min(core_id) as core_id
from reached_recordings
group by recording_id
