-- One row per stored entry whose history is no longer what it was, with the present one.
select
    touched_entries.entry_row,
    measured_entries.period,
    measured_entries.period_number,
    measured_entries.period_start,
    measured_entries.period_end,
    nullif(measured_entries.run_id, touched_entries.recording_id) as run_id,
    measured_entries.first_number,
    measured_entries.is_highest,
    measured_entries.previous_position,
    measured_entries.matched_by,
    measured_entries.status,
    measured_entries.peak_position,
    measured_entries.periods_on_chart
from touched_entries
left join measured_entries on touched_entries.entry_row = measured_entries.entry_row
where
    touched_entries.entry_row is not null
    and touched_entries.former is distinct from struct_pack(
        period := measured_entries.period,
        period_number := measured_entries.period_number,
        period_start := measured_entries.period_start,
        period_end := measured_entries.period_end,
        run_id := nullif(measured_entries.run_id, touched_entries.recording_id),
        first_number := measured_entries.first_number,
        is_highest := measured_entries.is_highest,
        previous_position := measured_entries.previous_position,
        matched_by := measured_entries.matched_by,
        status := measured_entries.status,
        peak_position := measured_entries.peak_position,
        periods_on_chart := measured_entries.periods_on_chart
    )
