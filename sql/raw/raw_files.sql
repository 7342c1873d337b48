-- One row per raw file of this batch, with the chart and the time of its snapshot.
-- Python inserts the rows; this select only declares the columns.
-- kind: what the entries of the chart are: song, artist or album; null if the chart is unknown
select
    null::integer as file_number,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::varchar as chart_id,
    null::varchar as kind,
    null::timestamp as snapshot_at,
    null::timestamp as landed_at
where false
