-- One row per entry that is not stored yet: staged entries, with their history.
-- They are sorted, so that a period is read without the others, and takes less space.
with

entries_now as (

    select
        staged_entries.*,
        coalesce(song_url = 'https://open.spotify.com/track/' || song_id, false)
            as has_usual_url
    from staged_entries
    semi join changed_entries
        on staged_entries.chart_id = changed_entries.chart_id
        and staged_entries.snapshot_at = changed_entries.snapshot_at

),

snapshot_totals as (

    select
        chart_id,
        snapshot_at,
        max(position) as lowest_position,
        count(*) = count(streams) as has_streams
    from entries_now
    group by chart_id, snapshot_at

)

select
    entries_now.*  -- noqa: AM04
    replace (case when not has_usual_url then song_url end as song_url),
    snapshot_totals.lowest_position,
    snapshot_totals.has_streams,
    measured_entries.period,
    measured_entries.period_number,
    measured_entries.period_start,
    measured_entries.period_end,
    nullif(measured_entries.run_id, entries_now.recording_id) as run_id,
    measured_entries.first_number,
    measured_entries.is_highest,
    measured_entries.previous_position,
    measured_entries.matched_by,
    measured_entries.status,
    measured_entries.peak_position,
    measured_entries.periods_on_chart
from entries_now
inner join snapshot_totals
    on entries_now.chart_id = snapshot_totals.chart_id
    and entries_now.snapshot_at = snapshot_totals.snapshot_at
left join measured_entries
    on entries_now.chart_id = measured_entries.chart_id
    and entries_now.snapshot_at = measured_entries.snapshot_at
    and entries_now.position = measured_entries.position
order by entries_now.chart_id, entries_now.snapshot_at, entries_now.position
