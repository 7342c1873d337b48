-- One row per entry whose history is computed anew: incoming entries, and those of touched runs.
-- Together they are whole runs: no other entry shares a song or a recording with any of them.
-- entry_row: row of the stored entry; null if it is not stored yet
-- former: stored history of the entry
with

kept_entries as (

    select
        entries.*,
        entries.rowid as entry_row
    from entries
    semi join touched_runs
        on entries.chart_id = touched_runs.chart_id
        and coalesce(entries.run_id, entries.recording_id) = touched_runs.run_id
    where entries.period_number is not null
    union all
    select
        entries.*,
        entries.rowid as entry_row
    from entries
    semi join changed_periods
        on entries.chart_id = changed_periods.chart_id
        and entries.snapshot_at = changed_periods.snapshot_at
    where entries.period_number is null

),

all_entries as (

    select
        kept_entries.chart_id,
        kept_entries.snapshot_at,
        kept_entries.position,
        kept_entries.song_id,
        kept_entries.recording_id,
        kept_entries.kind,
        kept_entries.song_name,
        kept_entries.artist_credit,
        kept_entries.entry_row,
        struct_pack(
            period := kept_entries.period,
            period_number := kept_entries.period_number,
            period_start := kept_entries.period_start,
            period_end := kept_entries.period_end,
            run_id := kept_entries.run_id,
            first_number := kept_entries.first_number,
            is_highest := kept_entries.is_highest,
            previous_position := kept_entries.previous_position,
            matched_by := kept_entries.matched_by,
            status := kept_entries.status,
            peak_position := kept_entries.peak_position,
            periods_on_chart := kept_entries.periods_on_chart
        ) as former
    from kept_entries
    anti join changed_entries
        on kept_entries.chart_id = changed_entries.chart_id
        and kept_entries.snapshot_at = changed_entries.snapshot_at
    union all by name
    select
        staged_entries.chart_id,
        staged_entries.snapshot_at,
        staged_entries.position,
        staged_entries.song_id,
        staged_entries.recording_id,
        staged_entries.kind,
        staged_entries.song_name,
        staged_entries.artist_credit
    from staged_entries
    semi join changed_entries
        on staged_entries.chart_id = changed_entries.chart_id
        and staged_entries.snapshot_at = changed_entries.snapshot_at

)

select
    all_entries.*,
    present_periods.period,
    present_periods.period_number,
    present_periods.period_start,
    present_periods.period_end
from all_entries
left join present_periods
    on all_entries.chart_id = present_periods.chart_id
    and all_entries.snapshot_at = present_periods.snapshot_at
