-- One row per answer of a source about an id. An id that was asked again has several answers.
-- The response is null if the source does not know the id.
-- Python inserts the rows; this select only declares the columns.
select
    null::varchar as source,
    null::varchar as kind,
    null::varchar as id,
    null::varchar as fetched_at,
    null::varchar as response
where false
