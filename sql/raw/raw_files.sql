-- One row per raw file of this group: where its bytes lie, what its name says.
-- Python fills it; this is its declared schema.
select
    null::varchar as raw_name,
    null::varchar as path,
    null::varchar as sha256,
    null::bigint as size_bytes,
    null::boolean as is_text,
    null::boolean as is_chart_file,
    null::varchar as named_chart_id,
    null::timestamp as named_at,
    null::timestamp as foreign_at,
    null::timestamp as landed_at
where false
