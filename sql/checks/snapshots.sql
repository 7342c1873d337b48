-- What makes a raw file a snapshot; a row here names the file that is not one.
with

raw_files as (

    select * from raw_files

),

responses as (

    select * from responses

),

chart_headers as (

    select distinct raw_name
    from chart_lines
    where list_has_any(
        list_transform(cells, lambda cell: lower(trim(replace(cell, chr(65279), '')))),
        ['rank', 'position']
    )

)

select
    raw_name,
    'the file is not empty' as broken_rule,
    'it has no bytes' as offender
from raw_files
where size_bytes = 0

union all

select
    raw_name,
    'the file is text in UTF-8' as broken_rule,
    'its bytes are something else' as offender
from raw_files
where not is_text

union all

select
    raw_name,
    'a file that opens with { or [ is a playlist response in JSON' as broken_rule,
    'it is not JSON, or of no known shape' as offender
from responses
where shape is null

union all

select
    raw_name,
    'the entries of a playlist response hold a track, an episode or nothing' as broken_rule,
    'none of its entries does' as offender
from playlist_entries
group by raw_name
having not bool_or(is_entry)

union all

select
    raw_files.raw_name,
    'any other file is a chart file, its columns named in a line with rank or Position'
        as broken_rule,
    'no such line' as offender
from raw_files
anti join chart_headers on raw_files.raw_name = chart_headers.raw_name
where raw_files.is_chart_file

union all

select
    raw_name,
    'the file says which chart it is, in its envelope, its name or its content' as broken_rule,
    'none of them names a chart' as offender
from snapshots
where chart_id is null

union all

select
    raw_name,
    'a chart id is made of letters, digits, ".", "_" and "-" alone' as broken_rule,
    chart_id as offender
from snapshots
where not regexp_full_match(chart_id, '[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*')
