-- One row per response of this batch, with the numbers of its tracks.
-- A line is read whole. DuckDB takes lines of up to 16 MB unless it is told of longer ones.
select
    parsed.file_number,
    parsed.pages,
    parsed.artists
from (
    select from_json(json, getvariable('response_line')) as parsed
    from read_ndjson_objects(
        getvariable('response_lines_path'),
        maximum_object_size = greatest(16777216, getvariable('longest_line'))
    )
) as parsed_responses
