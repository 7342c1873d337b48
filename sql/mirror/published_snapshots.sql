-- One row per snapshot that a manifest lists.
-- raw_name: the name of the raw file in the archive
-- sha256: the digest of its bytes
-- entries: how many entries there are
-- expected_entries: how many the source said there are
-- is_complete: whether all of them are here
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::integer as entries,
    null::integer as expected_entries,
    null::boolean as is_complete
where false
