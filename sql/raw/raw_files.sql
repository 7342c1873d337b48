-- One row per snapshot in the raw files of this batch, with its chart and time.
-- holds_month: whether the raw file has the rows of a bulk table for a month, and so may have many
-- precedence: of files with the same snapshot, one with a smaller number outranks the others
-- kind: what the entries of the chart are: song, artist or album; null if the chart is unknown
-- Python inserts the rows; this select only declares the columns.
select
    null::integer as file_number,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::varchar as chart_id,
    null::varchar as kind,
    null::varchar as chart_name,
    null::timestamp as snapshot_at,
    null::boolean as holds_month,
    null::integer as precedence,
    null::timestamp as landed_at
where false
