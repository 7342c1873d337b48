-- One row per song and recording id that occur together in entries of touched recordings.
-- If a song ever has an ISRC, only its ISRCs count: its entries without one belong to them.
-- Recordings that have title, credit and duration in common are linked as if a song had all of
-- them: a recording that is released again often gets another ISRC.
-- first_recording_id: smallest recording id of the song
-- has_isrc: whether the recording ids of the song are ISRCs
with

all_links as (

    select
        song_id,
        recording_id,
        bool_or(isrc is not null) as is_isrc
    from recording_parts
    where song_id is not null and recording_id is not null
    group by song_id, recording_id
    union all
    select distinct
        title_key || ' ' || duration_ms as song_id,
        isrc as recording_id,
        true as is_isrc
    from recording_parts
    where isrc is not null and title_key is not null and duration_ms is not null

),

known_links as (

    select
        song_id,
        recording_id,
        is_isrc as has_isrc
    from all_links
    qualify is_isrc = bool_or(is_isrc) over (partition by song_id)

)

select
    song_id,
    recording_id,
    min(recording_id) over (partition by song_id) as first_recording_id,
    has_isrc
from known_links
