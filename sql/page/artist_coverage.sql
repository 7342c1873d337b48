-- One row per song chart: of how many entries of its latest period the artists are known.
-- entries: number of entries
-- known_entries: entries with artist ids, or with a credit that is resolved
with

latest_snapshots as (

    select
        chart_id,
        max(snapshot_at) as snapshot_at
    from chart_periods
    group by chart_id

)

select
    entries.chart_id,
    count(*) as entries,
    count(*) filter (
        where len(entries.artist_ids) > 0 or credits.is_resolved
    ) as known_entries
from entries
semi join latest_snapshots
    on entries.chart_id = latest_snapshots.chart_id
    and entries.snapshot_at = latest_snapshots.snapshot_at
left join credits on entries.artist_credit = credits.artist_credit
where entries.kind = 'song'
group by entries.chart_id
order by entries.chart_id
