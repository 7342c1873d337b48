-- One row per run and period, with its position, in the last 104 periods of a chart.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- position: highest position in the period
with

recent_periods as (

    select
        chart_id,
        snapshot_at
    from chart_periods
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    qualify row_number() over (partition by chart_id order by period_number desc) <= 104

)

select
    entries.chart_id,
    coalesce(entries.run_id, entries.recording_id) as run_id,
    entries.song_name,
    entries.artist_credit,
    entries.period_end,
    entries.position
from entries
semi join recent_periods
    on entries.chart_id = recent_periods.chart_id
    and entries.snapshot_at = recent_periods.snapshot_at
where entries.is_highest
order by chart_id, run_id, period_end
