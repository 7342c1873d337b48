-- One row per entry of a changed period, as it is from now on.
select
    staged_songs.chart_id,
    staged_songs.snapshot_at,
    staged_songs.position,
    staged_songs.song_id,
    staged_songs.recording_id
from staged_songs
semi join changed_songs
    on staged_songs.chart_id = changed_songs.chart_id
    and staged_songs.snapshot_at = changed_songs.snapshot_at
union all
select
    entries.chart_id,
    entries.snapshot_at,
    entries.position,
    entries.song_id,
    entries.recording_id
from entries
semi join changed_periods
    on entries.chart_id = changed_periods.chart_id
    and entries.snapshot_at = changed_periods.snapshot_at
anti join changed_songs
    on entries.chart_id = changed_songs.chart_id
    and entries.snapshot_at = changed_songs.snapshot_at
