-- One row per entry of a changed period, as it is from now on.
select
    staged_entries.chart_id,
    staged_entries.snapshot_at,
    staged_entries.position,
    staged_entries.song_id,
    staged_entries.recording_id
from staged_entries
semi join changed_entries
    on staged_entries.chart_id = changed_entries.chart_id
    and staged_entries.snapshot_at = changed_entries.snapshot_at
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
anti join changed_entries
    on entries.chart_id = changed_entries.chart_id
    and entries.snapshot_at = changed_entries.snapshot_at
