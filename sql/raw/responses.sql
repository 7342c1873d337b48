-- One row per response of this batch: what the declared structure keeps of it.
-- A line is read whole. DuckDB takes lines of up to 16 MB unless it is told of longer ones.
select
    parsed.file_number,
    parsed.pages,
    parsed.artists
from (
    select from_json(json, getvariable('response')) as parsed
    from read_ndjson_objects(
        getvariable('responses_path'),
        maximum_object_size = greatest(16777216, getvariable('responses_bytes'))
    )
) as parsed_responses
