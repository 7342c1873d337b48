-- One row per touched entry of a period, with its history.
-- An entry is matched to the previous period by song_id, then by recording_id. If several entries
-- match, the highest counts.
with

song_positions as (

    select
        chart_id,
        period_number,
        song_id,
        min(position) as position
    from entries_with_runs
    where song_id is not null
    group by chart_id, period_number, song_id

),

recording_positions as (

    select
        chart_id,
        period_number,
        recording_id,
        min(position) as position
    from entries_with_runs
    where recording_id is not null
    group by chart_id, period_number, recording_id

),

measured as (

    select
        entries_with_runs.*,
        previous_periods.chart_id is not null as has_previous_period,
        coalesce(song_positions.position, recording_positions.position) as previous_position,
        case
            when song_positions.position is not null then 'song'
            when recording_positions.position is not null then 'recording'
        end as matched_by,
        min(entries_with_runs.period_number) over so_far as first_number,
        coalesce(lag(entries_with_runs.period_number) over in_order, 0)
        <> entries_with_runs.period_number as is_highest,
        min(entries_with_runs.position) over so_far as peak_position,
        dense_rank() over so_far as periods_on_chart
    from entries_with_runs
    left join present_periods as previous_periods
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
        order by entries_with_runs.period_number
    ),
    in_order as (
        partition by entries_with_runs.chart_id, entries_with_runs.run_id
        order by entries_with_runs.period_number, entries_with_runs.position
    )

)

select
    chart_id,
    snapshot_at,
    position,
    song_id,
    recording_id,
    kind,
    song_name,
    artist_credit,
    entry_row,
    period,
    period_number,
    period_start,
    period_end,
    run_id,
    first_number,
    is_highest,
    previous_position,
    matched_by,
    peak_position,
    periods_on_chart,
    case
        when not has_previous_period then 'UNKNOWN'
        when song_id is null and recording_id is null then 'UNKNOWN'
        when previous_position is null and periods_on_chart = 1 then 'NEW'
        when previous_position is null then 'RE-ENTRY'
        when previous_position > position then 'UP'
        when previous_position < position then 'DOWN'
        else 'SAME'
    end as status
from measured
