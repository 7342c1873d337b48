-- One row per snapshot that a manifest lists.
-- raw_name: name of the raw file in the archive
-- sha256: SHA-256 digest of the raw file
-- entries: number of entries
-- expected_entries: number of entries according to the source
-- is_complete: whether all expected entries are there
-- chart_name: what the raw file calls the chart; null if it does not
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::integer as entries,
    null::integer as expected_entries,
    null::boolean as is_complete,
    null::varchar as chart_name
where false
