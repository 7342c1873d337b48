-- One row per entry of a chart period, with its movement since the previous period.
-- Movements are computed from our own history, not from the figures that Spotify reports.
-- An entry is matched to the previous period by song_id, then by recording_id.
-- Entries that share a song_id or a recording_id belong to the same run.
-- The status is UNKNOWN if the previous period is missing, or if the entry has neither id.
-- previous_position: position in the previous period; null if there is none
-- position_change: positions gained since the previous period; negative for a fall
-- status: NEW, RE-ENTRY, UP, DOWN, SAME or UNKNOWN
-- peak_position: highest position of the run so far
-- periods_on_chart: number of periods of the run so far
-- matched_by: song or recording, whichever matched the previous period; null if neither did
with

entries as (

    select
        songs.chart_id,
        songs.snapshot_at,
        songs.position,
        songs.song_id,
        songs.recording_id,
        songs.song_name,
        songs.artist_credit,
        chart_periods.period,
        chart_periods.period_start,
        chart_periods.period_end,
        chart_periods.previous_period_start
    from songs
    inner join chart_periods
        on songs.chart_id = chart_periods.chart_id
        and songs.snapshot_at = chart_periods.snapshot_at

),

song_recordings as (

    select distinct
        chart_id,
        song_id,
        recording_id
    from entries
    where song_id is not null and recording_id is not null

),

song_roots as (

    select
        chart_id,
        song_id,
        min(recording_id) as root_id
    from song_recordings
    group by chart_id, song_id

),

recording_roots as (

    select
        song_recordings.chart_id,
        song_recordings.recording_id,
        min(song_roots.root_id) as root_id
    from song_recordings
    inner join song_roots
        on song_recordings.chart_id = song_roots.chart_id
        and song_recordings.song_id = song_roots.song_id
    group by song_recordings.chart_id, song_recordings.recording_id

),

song_runs as (

    select
        song_recordings.chart_id,
        song_recordings.song_id,
        min(recording_roots.root_id) as run_id
    from song_recordings
    inner join recording_roots
        on song_recordings.chart_id = recording_roots.chart_id
        and song_recordings.recording_id = recording_roots.recording_id
    group by song_recordings.chart_id, song_recordings.song_id

),

entries_with_runs as (

    select
        entries.*,
        coalesce(
            song_runs.run_id,
            recording_roots.root_id,
            entries.recording_id,
            entries.song_id,
            'entry ' || entries.snapshot_at || ' ' || entries.position
        ) as run_id
    from entries
    left join song_runs
        on entries.chart_id = song_runs.chart_id
        and entries.song_id = song_runs.song_id
    left join recording_roots
        on entries.chart_id = recording_roots.chart_id
        and entries.recording_id = recording_roots.recording_id

),

song_positions as (

    select
        chart_id,
        period_start,
        song_id,
        min(position) as position
    from entries
    where song_id is not null
    group by chart_id, period_start, song_id

),

recording_positions as (

    select
        chart_id,
        period_start,
        recording_id,
        min(position) as position
    from entries
    where recording_id is not null
    group by chart_id, period_start, recording_id

),

measured_entries as (

    select
        entries_with_runs.*,
        previous_periods.chart_id is not null as has_previous_period,
        coalesce(song_positions.position, recording_positions.position) as previous_position,
        case
            when song_positions.position is not null then 'song'
            when recording_positions.position is not null then 'recording'
        end as matched_by,
        min(entries_with_runs.position) over so_far as peak_position,
        count(distinct entries_with_runs.period_start) over so_far as periods_on_chart
    from entries_with_runs
    left join chart_periods as previous_periods
        on entries_with_runs.chart_id = previous_periods.chart_id
        and entries_with_runs.previous_period_start = previous_periods.period_start
    left join song_positions
        on entries_with_runs.chart_id = song_positions.chart_id
        and entries_with_runs.previous_period_start = song_positions.period_start
        and entries_with_runs.song_id = song_positions.song_id
    left join recording_positions
        on entries_with_runs.chart_id = recording_positions.chart_id
        and entries_with_runs.previous_period_start = recording_positions.period_start
        and entries_with_runs.recording_id = recording_positions.recording_id
    window so_far as (
        partition by entries_with_runs.chart_id, entries_with_runs.run_id
        order by entries_with_runs.period_start
    )

)

select
    chart_id,
    snapshot_at,
    period,
    period_start,
    period_end,
    position,
    song_id,
    recording_id,
    song_name,
    artist_credit,
    previous_position,
    previous_position - position as position_change,
    case
        when not has_previous_period then 'UNKNOWN'
        when song_id is null and recording_id is null then 'UNKNOWN'
        when previous_position is null and periods_on_chart = 1 then 'NEW'
        when previous_position is null then 'RE-ENTRY'
        when previous_position > position then 'UP'
        when previous_position < position then 'DOWN'
        else 'SAME'
    end as status,
    peak_position,
    periods_on_chart,
    run_id,
    matched_by
from measured_entries
