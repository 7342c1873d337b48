-- One row per touched recording that has a title and credit of another one, too.
-- namesake_key: smallest key of all that are linked so, over any number of them
with recursive

title_recordings as (

    select distinct
        title_key,
        recording_key
    from keyed_parts
    where title_key is not null

),

links as (

    select distinct
        title_recordings.recording_key as one_key,
        others.recording_key as other_key
    from title_recordings
    inner join title_recordings as others
        on title_recordings.title_key = others.title_key
        and title_recordings.recording_key <> others.recording_key

),

reached_recordings as (

    select
        one_key as recording_key,
        one_key as namesake_key
    from links
    union
    select
        links.other_key as recording_key,
        reached_recordings.namesake_key
    from reached_recordings
    inner join links
        on reached_recordings.recording_key = links.one_key
        and reached_recordings.namesake_key < links.other_key

)

select
    recording_key,
    min(namesake_key) as namesake_key
from reached_recordings
group by recording_key
