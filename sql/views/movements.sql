-- One row per entry of chart_periods: where it comes from, how high it was, how long
-- it has been there, all by our own history. An entry is matched by song_id, then by
-- recording_id, and matched_by says which; entries that share either belong to one run.
-- previous_position: where it stood in the period before
-- position_change: how far it climbed; negative where it fell
-- status: NEW, RE-ENTRY, UP, DOWN, SAME, or UNKNOWN where the period before is missing
-- periods_on_chart: on how many periods' charts it was until then
-- peak_position: its highest position until then
-- matched_by: song or recording, by which the period before was matched
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

-- songs that share a recording, and recordings that share a song, are one run
pairs as (

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
    from pairs
    group by chart_id, song_id

),

recording_roots as (

    select
        pairs.chart_id,
        pairs.recording_id,
        min(song_roots.root_id) as root_id
    from pairs
    inner join song_roots
        on pairs.chart_id = song_roots.chart_id
        and pairs.song_id = song_roots.song_id
    group by pairs.chart_id, pairs.recording_id

),

song_runs as (

    select
        pairs.chart_id,
        pairs.song_id,
        min(recording_roots.root_id) as run_id
    from pairs
    inner join recording_roots
        on pairs.chart_id = recording_roots.chart_id
        and pairs.recording_id = recording_roots.recording_id
    group by pairs.chart_id, pairs.song_id

),

runs as (

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

by_song as (

    select
        chart_id,
        period_start,
        song_id,
        min(position) as position
    from entries
    where song_id is not null
    group by chart_id, period_start, song_id

),

by_recording as (

    select
        chart_id,
        period_start,
        recording_id,
        min(position) as position
    from entries
    where recording_id is not null
    group by chart_id, period_start, recording_id

),

measured as (

    select
        runs.*,
        known.chart_id is not null as has_previous_period,
        coalesce(by_song.position, by_recording.position) as previous_position,
        case
            when by_song.position is not null then 'song'
            when by_recording.position is not null then 'recording'
        end as matched_by,
        min(runs.position) over earlier as peak_position,
        count(distinct runs.period_start) over earlier as periods_on_chart
    from runs
    left join chart_periods as known
        on runs.chart_id = known.chart_id
        and runs.previous_period_start = known.period_start
    left join by_song
        on runs.chart_id = by_song.chart_id
        and runs.previous_period_start = by_song.period_start
        and runs.song_id = by_song.song_id
    left join by_recording
        on runs.chart_id = by_recording.chart_id
        and runs.previous_period_start = by_recording.period_start
        and runs.recording_id = by_recording.recording_id
    window earlier as (
        partition by runs.chart_id, runs.run_id
        order by runs.period_start
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
from measured
