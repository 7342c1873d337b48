-- One row per raw file: the snapshot that it holds, and how much of it.
-- Of two raw files of one snapshot, the one that landed last is current, and the rows
-- of the tables are those of the current ones. Of files with the same bytes the
-- manifest names the first by name, so that it does not depend on which landed first.
with

counts as (

    select
        file_number,
        count(*) as entries
    from (
        select file_number from playlist_entries
        union all
        select file_number from chart_entries
    )
    group by file_number

),

counted as (

    select
        raw_files.*,
        coalesce(counts.entries, 0) as entries,
        coalesce(response_totals.expected_entries, 0) as expected_entries,
        coalesce(response_totals.has_more, false) as has_more
    from raw_files
    left join counts on raw_files.file_number = counts.file_number
    left join response_totals on raw_files.file_number = response_totals.file_number

)

select
    file_number,
    chart_id,
    snapshot_at,
    raw_name,
    min(raw_name) over (partition by chart_id, snapshot_at, sha256) as first_name,
    sha256,
    entries,
    greatest(expected_entries, entries) as expected_entries,
    entries >= expected_entries and not has_more as is_complete,
    row_number() over (
        partition by chart_id, snapshot_at
        order by landed_at desc, raw_name desc
    ) = 1 as is_current
from counted
order by chart_id, snapshot_at, raw_name
