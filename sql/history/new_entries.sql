-- One row per entry that is not stored yet: staged entries, with their history.
with

changed_entries as (

    select
        staged_songs.*,
        coalesce(song_url = 'https://open.spotify.com/track/' || song_id, false)
            as has_usual_url
    from staged_songs
    semi join changed_songs
        on staged_songs.chart_id = changed_songs.chart_id
        and staged_songs.snapshot_at = changed_songs.snapshot_at

),

snapshot_totals as (

    select
        chart_id,
        snapshot_at,
        max(position) as lowest_position,
        count(*) = count(streams) as has_streams
    from changed_entries
    group by chart_id, snapshot_at

)

select
    changed_entries.*  -- noqa: AM04
    replace (case when not has_usual_url then song_url end as song_url),
    snapshot_totals.lowest_position,
    snapshot_totals.has_streams,
    measured_entries.period,
    measured_entries.period_number,
    measured_entries.period_start,
    measured_entries.period_end,
    nullif(measured_entries.run_id, changed_entries.recording_id) as run_id,
    measured_entries.first_number,
    measured_entries.is_highest,
    measured_entries.previous_position,
    measured_entries.matched_by,
    measured_entries.status,
    measured_entries.peak_position,
    measured_entries.periods_on_chart
from changed_entries
inner join snapshot_totals
    on changed_entries.chart_id = snapshot_totals.chart_id
    and changed_entries.snapshot_at = snapshot_totals.snapshot_at
left join measured_entries
    on changed_entries.chart_id = measured_entries.chart_id
    and changed_entries.snapshot_at = measured_entries.snapshot_at
    and changed_entries.position = measured_entries.position
