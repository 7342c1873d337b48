-- One row per song chart and recording: when the recording came to the chart, and how high.
-- If history lacks the period before the first one, the recording may have come earlier: at
-- earliest in the first period that is missing, or before our history.
-- first_date: last day of the first period on the chart
-- earliest_date: last day of the earliest period in which it can have come; null if that is before
-- our history
-- is_start_known: whether the recording came in the first period, and not earlier
-- last_date: last day of the latest period on the chart
-- peak_position: highest position
-- peak_date: last day of the first period at the highest position
with

-- The entries of a run can belong to several of these.
namesakes as (

    select recording_key
    from known_recordings
    where namesake_key is not null

),

-- Where the key is not one of the ids of the run, an entry stores it.
stored_keys as (

    select distinct
        coalesce(recording_id, song_id) as run_id,
        recording_key
    from entries
    where recording_key is not null

),

keyed_runs as (

    select
        runs.chart_id,
        coalesce(stored_keys.recording_key, runs.run_id) as recording_key,
        runs.first_date,
        runs.last_date,
        runs.peak_position,
        runs.peak_date
    from runs
    left join stored_keys on runs.run_id = stored_keys.run_id
    where runs.kind = 'song'

),

recording_runs as (

    select
        keyed_runs.chart_id,
        keyed_runs.recording_key,
        min(keyed_runs.first_date) as first_date,
        max(keyed_runs.last_date) as last_date,
        min(keyed_runs.peak_position) as peak_position,
        arg_min(keyed_runs.peak_date, (keyed_runs.peak_position, keyed_runs.peak_date))
            as peak_date
    from keyed_runs
    inner join known_recordings on keyed_runs.recording_key = known_recordings.recording_key
    where known_recordings.namesake_key is null
    group by keyed_runs.chart_id, keyed_runs.recording_key
    union all
    select
        chart_id,
        coalesce(recording_key, recording_id, song_id) as recording_key,
        min(period_end) as first_date,
        max(period_end) as last_date,
        min(position) as peak_position,
        arg_min(period_end, (position, period_end)) as peak_date
    from entries
    where
        kind = 'song'
        and period_number is not null
        and coalesce(recording_key, recording_id, song_id) in (
            select namesakes.recording_key from namesakes
        )
    group by chart_id, coalesce(recording_key, recording_id, song_id)

),

earliest_dates as (

    select
        chart_id,
        period_end,
        case
            when lag(period_number) over in_order = period_number - 1 then period_end
            else lag(period_end) over in_order + case when period = 'day' then 1 else 7 end
        end as earliest_date
    from chart_periods
    window in_order as (partition by chart_id order by period_number)

)

select
    recording_runs.chart_id,
    recording_runs.recording_key,
    recording_runs.first_date,
    earliest_dates.earliest_date,
    coalesce(earliest_dates.earliest_date = recording_runs.first_date, false) as is_start_known,
    recording_runs.last_date,
    recording_runs.peak_position,
    recording_runs.peak_date
from recording_runs
inner join earliest_dates
    on recording_runs.chart_id = earliest_dates.chart_id
    and recording_runs.first_date = earliest_dates.period_end
