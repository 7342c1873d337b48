-- One row per snapshot of the partitions that are merged: its rows come from the batch if it is
-- new, and otherwise from the files in the lake.
-- Python inserts the rows; this select only declares the columns.
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::boolean as is_new
where false
