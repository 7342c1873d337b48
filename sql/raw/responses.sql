-- One row per raw file that is not a chart file: its shape, and what it holds by
-- the declared structures. Whatever is not JSON has no shape.
-- json_type within try tells both: json_valid and json_exists are ten times
-- slower on DuckDB 2.0, and read_json with declared columns thirty times.
with

contents as (

    select
        raw_files.raw_name,
        texts.content,
        try(
            json_type(
                texts.content,
                ['$', '$.pages', '$.items', '$.tracks', '$[0].items', '$[0].tracks', '$[1]']
            )
        ) as kinds
    from read_text(getvariable('response_paths')) as texts
    inner join raw_files on texts.filename = raw_files.path

),

shaped as (

    select
        raw_name,
        content,
        case
            when kinds[1] = 'OBJECT' and kinds[2] = 'ARRAY' then 'envelope'
            when kinds[1] = 'OBJECT' and kinds[3] = 'ARRAY' then 'response'
            when kinds[1] = 'OBJECT' and kinds[3] = 'OBJECT' then 'playlist with items'
            when kinds[1] = 'OBJECT' and kinds[4] = 'OBJECT' then 'playlist with tracks'
            when kinds[1] = 'ARRAY' and kinds[7] is null and kinds[5] = 'ARRAY'
                then 'list of a response'
            when kinds[1] = 'ARRAY' and kinds[7] is null and kinds[5] = 'OBJECT'
                then 'list of a playlist with items'
            when kinds[1] = 'ARRAY' and kinds[7] is null and kinds[6] = 'OBJECT'
                then 'list of a playlist with tracks'
            when kinds[1] = 'ARRAY' then 'items'
        end as shape
    from contents

)

select
    raw_name,
    shape,
    case
        when shape is not null
            then json_extract_string(
                content,
                [
                    '$.chart_id', '$.captured_at', '$.playlist.id', '$.href', '$.id',
                    '$[0].href', '$[0].id'
                ]
            )
    end as heads,
    case shape
        when 'envelope'
            then from_json(content, '{"pages":[' || getvariable('page') || ']}').pages
        when 'response'
            then [from_json(content, getvariable('page'))]
        when 'playlist with items'
            then [from_json(content, '{"items":' || getvariable('page') || '}').items]
        when 'playlist with tracks'
            then [from_json(content, '{"tracks":' || getvariable('page') || '}').tracks]
        when 'list of a response'
            then from_json(content, '[' || getvariable('page') || ']')
        when 'list of a playlist with items'
            then [from_json(content, '[{"items":' || getvariable('page') || '}]')[1].items]
        when 'list of a playlist with tracks'
            then [from_json(content, '[{"tracks":' || getvariable('page') || '}]')[1].tracks]
        when 'items'
            then [from_json('{"items":' || content || '}', getvariable('page'))]
    end as pages,
    case
        when shape = 'envelope'
            then from_json(content, '{"artists":[' || getvariable('artist') || ']}').artists
    end as artists
from shaped
