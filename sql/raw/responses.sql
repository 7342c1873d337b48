-- One row per response in this chunk: its pages and artists, parsed into the declared structures.
-- from_json reads straight from read_text. With a join or a filter in between, DuckDB would keep
-- the text of thousands of files in memory.
-- try() covers the whole expression, so that one malformed value does not stop the other files.
-- The cast is for chunks without responses: in DuckDB 1.5, an empty list is an integer[].
select
    parsed.pages,
    parsed.artists,
    try_cast(parse_filename(filename, true) as integer) as file_number
from (
    select
        filename,
        try(from_json(content, getvariable('response'))) as parsed
    from read_text(getvariable('response_paths')::varchar[])
) as parsed_responses
