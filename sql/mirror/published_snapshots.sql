-- One row per snapshot that a manifest lists.
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::varchar as raw_name,
    null::varchar as sha256,
    null::integer as entries,
    null::integer as expected_entries,
    null::boolean as is_complete
where false
