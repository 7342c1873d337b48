-- One row per answer of a source about an id; asked again, an id has several.
-- Python fills it; this is its declared schema. Without a response there is nothing of that id.
select
    null::varchar as source,
    null::varchar as kind,
    null::varchar as id,
    null::varchar as fetched_at,
    null::varchar as response
where false
