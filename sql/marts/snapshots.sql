-- One row per raw file: the snapshot it holds, and how much of it.
-- The rows of the tables are those of the current ones. Of files with the same bytes
-- the manifest names the first by name, so that it does not tell which came when.
with

identities as (

    select * from identities

),

playlist_counts as (

    select
        raw_name,
        count(*) as entries
    from playlist_entries
    group by raw_name

),

chart_counts as (

    select
        raw_name,
        count(*) as entries
    from chart_entries
    group by raw_name

),

counted as (

    select
        identities.*,
        coalesce(playlist_counts.entries, chart_counts.entries, 0) as entries
    from identities
    left join playlist_counts on identities.raw_name = playlist_counts.raw_name
    left join chart_counts on identities.raw_name = chart_counts.raw_name

)

select
    chart_id,
    snapshot_at,
    raw_name,
    min(raw_name) over (partition by chart_id, snapshot_at, sha256) as first_name,
    sha256,
    entries,
    greatest(coalesce(expected_entries, 0), entries) as expected_entries,
    entries >= coalesce(expected_entries, 0) and not coalesce(has_more, false) as is_complete,
    is_current
from counted
order by chart_id, snapshot_at, raw_name
