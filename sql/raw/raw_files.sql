-- One row per raw file of this batch, with the chart and the time of its snapshot.
-- Python inserts the rows; this select only declares the columns.
select
    null::integer as file_number,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::timestamp as landed_at
where false
