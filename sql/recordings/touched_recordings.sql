-- One row per recording, as stored, that a change can reach. All others stay as they are.
-- It reaches those that lost entries, and those that share a song, a recording id, or title and
-- credit with an entry that came. It also reaches their namesakes: which of them has the entries
-- without an ISRC depends on how many there are. An entry that has just come counts as a recording
-- of its own.
with

changed_recordings as (

    select recording_key
    from left_recordings
    union
    select coalesce(recording_key, recording_id, song_id) as recording_key
    from entries
    where
        kind = 'song'
        and (
            song_id in (select come_songs.song_id from come_songs)
            or recording_id in (select come_ids.id from come_ids)
            or title_key in (select come_ids.id from come_ids)
        )

),

changed_namesakes as (

    select known_recordings.namesake_key
    from known_recordings
    inner join changed_recordings
        on known_recordings.recording_key = changed_recordings.recording_key

)

select recording_key
from changed_recordings
union
select recording_key
from known_recordings
where namesake_key in (select changed_namesakes.namesake_key from changed_namesakes)
