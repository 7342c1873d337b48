-- One row per run and period, with its position, in the last 104 periods of a chart.
-- The runs are those that reached the top ten in this time, and those of the latest period.
-- variable songs: ids of the runs, if others are wanted; a list
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- position: highest position in the period
with

recent_periods as (

    select
        chart_id,
        snapshot_at,
        row_number() over (partition by chart_id order by period_number desc) as age
    from chart_periods
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    qualify age <= 104

),

recent_entries as (

    select
        entries.chart_id,
        coalesce(entries.run_id, entries.recording_id) as run_id,
        entries.song_name,
        entries.artist_credit,
        entries.period_end,
        entries.position,
        recent_periods.age
    from entries
    inner join recent_periods
        on entries.chart_id = recent_periods.chart_id
        and entries.snapshot_at = recent_periods.snapshot_at
    where entries.is_highest

),

wanted_runs as (

    select distinct
        chart_id,
        run_id
    from recent_entries
    where
        case
            when getvariable('songs') is null then position <= 10 or age = 1
            else list_contains(getvariable('songs')::varchar[], run_id)
        end

)

select
    recent_entries.chart_id,
    recent_entries.run_id,
    recent_entries.song_name,
    recent_entries.artist_credit,
    recent_entries.period_end,
    recent_entries.position
from recent_entries
semi join wanted_runs
    on recent_entries.chart_id = wanted_runs.chart_id
    and recent_entries.run_id = wanted_runs.run_id
order by recent_entries.chart_id, recent_entries.run_id, recent_entries.period_end
