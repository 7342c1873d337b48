-- One row per recording, as stored, that a change can reach. All others stay as they are.
-- It reaches those that lost entries, and those that share a song or a recording with an entry that
-- came. An entry that has just come counts as a recording of its own.
select recording_key
from left_recordings
union
select coalesce(recording_key, recording_id, song_id) as recording_key
from entries
where
    kind = 'song'
    and (
        song_id in (select come_songs.song_id from come_songs)
        or recording_id in (select come_songs.recording_id from come_songs)
    )
