-- One row per stored run that a change can reach. All other runs stay as they are.
-- It reaches the runs in a changed period. It also reaches those in the period right after one,
-- before or after the change, because a movement compares an entry with the period before. And it
-- reaches the runs that share a song or a recording with an incoming entry, because it joins them.
with

periods as (

    select
        'before' as moment,
        chart_id,
        period_number,
        snapshot_at
    from chart_periods
    union all
    select
        'after' as moment,
        chart_id,
        period_number,
        snapshot_at
    from present_periods

),

next_periods as (

    select
        periods.chart_id,
        following.snapshot_at
    from periods
    semi join changed_periods
        on periods.chart_id = changed_periods.chart_id
        and periods.snapshot_at = changed_periods.snapshot_at
    inner join periods as following
        on periods.moment = following.moment
        and periods.chart_id = following.chart_id
        and periods.period_number + 1 = following.period_number

),

touched_snapshots as (

    select
        chart_id,
        snapshot_at
    from changed_periods
    union
    select
        chart_id,
        snapshot_at
    from next_periods

)

select
    entries.chart_id,
    coalesce(entries.run_id, entries.recording_id) as run_id
from entries
semi join touched_snapshots
    on entries.chart_id = touched_snapshots.chart_id
    and entries.snapshot_at = touched_snapshots.snapshot_at
where entries.period_number is not null
union
select
    entries.chart_id,
    coalesce(entries.run_id, entries.recording_id) as run_id
from entries
semi join incoming_entries
    on entries.chart_id = incoming_entries.chart_id
    and entries.song_id = incoming_entries.song_id
where entries.period_number is not null
union
select
    entries.chart_id,
    coalesce(entries.run_id, entries.recording_id) as run_id
from entries
semi join incoming_entries
    on entries.chart_id = incoming_entries.chart_id
    and entries.recording_id = incoming_entries.recording_id
where entries.period_number is not null
