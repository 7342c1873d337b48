-- One row per entry of a chart period, with its movement since the previous period.
-- Movements are computed from our own history, not from the figures that Spotify reports.
-- An entry is matched to the previous period by song_id, then by recording_id.
-- Entries that share a song_id or a recording_id, directly or over any number of others, belong to
-- the same run.
-- The status is UNKNOWN if the previous period is missing, or if the entry has neither id.
-- previous_position: position in the previous period; null if there is none
-- position_change: positions gained since the previous period; negative for a fall
-- status: NEW, RE-ENTRY, UP, DOWN, SAME or UNKNOWN
-- peak_position: highest position of the run so far
-- periods_on_chart: number of periods of the run so far
-- matched_by: song or recording, whichever matched the previous period; null if neither did
with recursive

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
        chart_periods.period_number
    from songs
    inner join chart_periods
        on songs.chart_id = chart_periods.chart_id
        and songs.snapshot_at = chart_periods.snapshot_at

),

song_recordings as (

    select
        chart_id,
        song_id,
        recording_id,
        min(recording_id) over (partition by chart_id, song_id) as first_recording_id
    from entries
    where song_id is not null and recording_id is not null
    group by chart_id, song_id, recording_id

),

-- Two recordings of a song, in both directions; the first of its recordings links all others.
links as (

    select
        chart_id,
        first_recording_id as one_id,
        recording_id as other_id
    from song_recordings
    where recording_id > first_recording_id
    union
    select
        chart_id,
        recording_id as one_id,
        first_recording_id as other_id
    from song_recordings
    where recording_id > first_recording_id

),

-- A recording id spreads over the links to all that are larger. The smallest id reaches all that
-- are linked to it over any number of steps.
reached_recordings as (

    select
        chart_id,
        other_id as recording_id,
        one_id as run_id
    from links
    where one_id < other_id
    union
    select
        links.chart_id,
        links.other_id as recording_id,
        reached_recordings.run_id
    from reached_recordings
    inner join links
        on reached_recordings.chart_id = links.chart_id
        and reached_recordings.recording_id = links.one_id
        and reached_recordings.run_id < links.other_id

),

linked_recordings as (

    select
        chart_id,
        recording_id,
        min(run_id) as run_id
    from reached_recordings
    group by chart_id, recording_id

),

first_recordings as (

    select
        chart_id,
        song_id,
        recording_id
    from song_recordings
    where recording_id = first_recording_id

),

entries_with_runs as (

    select
        entries.*,
        coalesce(
            linked_recordings.run_id,
            entries.recording_id,
            first_recordings.recording_id,
            entries.song_id,
            'entry ' || entries.snapshot_at || ' ' || entries.position
        ) as run_id
    from entries
    left join first_recordings
        on entries.chart_id = first_recordings.chart_id
        and entries.song_id = first_recordings.song_id
    left join linked_recordings
        on entries.chart_id = linked_recordings.chart_id
        and coalesce(entries.recording_id, first_recordings.recording_id)
        = linked_recordings.recording_id

),

song_positions as (

    select
        chart_id,
        period_number,
        song_id,
        min(position) as position
    from entries
    where song_id is not null
    group by chart_id, period_number, song_id

),

recording_positions as (

    select
        chart_id,
        period_number,
        recording_id,
        min(position) as position
    from entries
    where recording_id is not null
    group by chart_id, period_number, recording_id

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
        and entries_with_runs.period_number - 1 = previous_periods.period_number
    left join song_positions
        on entries_with_runs.chart_id = song_positions.chart_id
        and entries_with_runs.period_number - 1 = song_positions.period_number
        and entries_with_runs.song_id = song_positions.song_id
    left join recording_positions
        on entries_with_runs.chart_id = recording_positions.chart_id
        and entries_with_runs.period_number - 1 = recording_positions.period_number
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
    period_number,
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
