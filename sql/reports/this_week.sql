-- One row per entry of the latest period of a chart, with its movement.
-- variable since: the latest period must not end before this day; by default, it may
-- variable until: the latest period that ends by this day counts; by default, the latest
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- peak_position: highest position of the run so far
with

latest_snapshots as (

    select
        chart_id,
        max(snapshot_at) as snapshot_at
    from chart_periods
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id

)

select
    weighted_entries.chart_id,
    weighted_entries.period,
    weighted_entries.period_start,
    weighted_entries.period_end,
    weighted_entries.position,
    weighted_entries.previous_position,
    weighted_entries.position_change,
    weighted_entries.status,
    weighted_entries.song_id,
    weighted_entries.entry_name as song_name,
    weighted_entries.artist_credit,
    weighted_entries.peak_position,
    weighted_entries.periods_on_chart,
    weighted_entries.streams,
    weighted_entries.run_id,
    weighted_entries.kind
from weighted_entries
semi join latest_snapshots
    on weighted_entries.chart_id = latest_snapshots.chart_id
    and weighted_entries.snapshot_at = latest_snapshots.snapshot_at
order by weighted_entries.chart_id, weighted_entries.position
