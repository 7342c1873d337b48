-- One row per chart, song and recording that occur together in a touched entry of a period.
-- first_recording_id: smallest recording id of the song
select
    chart_id,
    song_id,
    recording_id,
    min(recording_id) over (partition by chart_id, song_id) as first_recording_id
from touched_entries
where period_number is not null and song_id is not null and recording_id is not null
group by chart_id, song_id, recording_id
