-- One row per response of this chunk: its pages and artists, by the declared structures.
-- Nothing is joined here: DuckDB would hold the text of thousands of files meanwhile.
-- try() covers the whole, since one malformed value must not stop the other files.
select
    parsed.pages,
    parsed.artists,
    try_cast(parse_filename(filename, true) as integer) as file_number
from (
    select
        filename,
        try(from_json(content, getvariable('response'))) as parsed
    from read_text(getvariable('response_paths'))
)
