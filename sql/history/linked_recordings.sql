-- One row per recording that shares a song with another one, with the run that they belong to.
-- run_id: smallest id of all recordings that are linked, over any number of songs
with recursive

-- Two recordings of a song, in both directions; the first of its recordings links all others.
links as (

    select
        chart_id,
        first_recording_id as one_id,
        recording_id as other_id
    from song_recordings
    where recording_id > first_recording_id
    union
    select
        chart_id,
        recording_id as one_id,
        first_recording_id as other_id
    from song_recordings
    where recording_id > first_recording_id

),

-- A recording id spreads over the links to all that are larger. The smallest id reaches all that
-- are linked to it over any number of steps.
reached_recordings as (

    select
        chart_id,
        other_id as recording_id,
        one_id as run_id
    from links
    where one_id < other_id
    union
    select
        links.chart_id,
        links.other_id as recording_id,
        reached_recordings.run_id
    from reached_recordings
    inner join links
        on reached_recordings.chart_id = links.chart_id
        and reached_recordings.recording_id = links.one_id
        and reached_recordings.run_id < links.other_id

)

select
    chart_id,
    recording_id,
    min(run_id) as run_id
from reached_recordings
group by chart_id, recording_id
