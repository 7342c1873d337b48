-- One row per touched entry of a period, with its run.
-- An entry belongs to the run of its recording; without a recording, to the run of its song.
with

first_recordings as (

    select
        chart_id,
        song_id,
        recording_id
    from song_recordings
    where recording_id = first_recording_id

)

select
    touched_entries.chart_id,
    touched_entries.snapshot_at,
    touched_entries.position,
    touched_entries.song_id,
    touched_entries.recording_id,
    touched_entries.kind,
    touched_entries.song_name,
    touched_entries.artist_credit,
    touched_entries.entry_row,
    touched_entries.period,
    touched_entries.period_number,
    touched_entries.period_start,
    touched_entries.period_end,
    coalesce(
        linked_recordings.run_id,
        touched_entries.recording_id,
        first_recordings.recording_id,
        touched_entries.song_id,
        'entry ' || touched_entries.snapshot_at || ' ' || touched_entries.position
    ) as run_id
from touched_entries
left join first_recordings
    on touched_entries.chart_id = first_recordings.chart_id
    and touched_entries.song_id = first_recordings.song_id
left join linked_recordings
    on touched_entries.chart_id = linked_recordings.chart_id
    and coalesce(touched_entries.recording_id, first_recordings.recording_id)
    = linked_recordings.recording_id
where touched_entries.period_number is not null
