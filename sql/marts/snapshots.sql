-- One row per snapshot in a raw file, and how complete it is.
-- A response is complete if it has as many entries as the playlist, or, if it does not give their
-- number, if no page follows.
-- If several raw files hold the same snapshot, the one that landed last is current, but a file of
-- one snapshot outranks a month of a bulk table, and in a rebuild, what a manifest lists outranks
-- what none lists, and that what was replaced. Only what is current has rows in the other marts.
-- If raw files have the same bytes, first_name is the first of their names in alphabetical order.
-- The manifest uses it, so that it does not depend on the order of landing.
with

entries as (

    select file_number from playlist_entries
    union all
    select file_number from chart_entries

),

entry_counts as (

    select
        file_number,
        count(*) as entries
    from entries
    group by file_number

),

counted_files as (

    select
        raw_files.*,
        coalesce(entry_counts.entries, 0) as entries,
        response_totals.total_entries,
        response_totals.has_more
    from raw_files
    left join entry_counts on raw_files.file_number = entry_counts.file_number
    left join response_totals on raw_files.file_number = response_totals.file_number

)

select
    file_number,
    chart_id,
    chart_name,
    snapshot_at,
    raw_name,
    min(raw_name) over (partition by chart_id, snapshot_at, sha256) as first_name,
    sha256,
    entries,
    greatest(total_entries, entries) as expected_entries,
    coalesce(entries >= total_entries, not has_more, true) as is_complete,
    row_number() over (
        partition by chart_id, snapshot_at
        order by holds_month asc, precedence asc, landed_at desc, raw_name desc
    ) = 1 as is_current
from counted_files
order by chart_id, snapshot_at, raw_name
