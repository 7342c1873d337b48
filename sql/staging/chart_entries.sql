-- One row per ranked line of a chart file; absent ranks stay absent.
-- Columns are found by name in the first line that has a rank column, in today's
-- names or in those of before 2021; columns that are not named here are let be.
-- Album, artists and the like are null until enrichment has learned of the track.
with

lines as (

    select * from chart_lines

),

known_tracks as (

    select * from known_tracks

),

named_lines as (

    select
        raw_name,
        line_number,
        list_transform(
            cells, lambda cell: lower(trim(replace(cell, chr(65279), '')))
        ) as names
    from lines

),

headers as (

    select *
    from named_lines
    where list_has_any(names, ['rank', 'position'])
    qualify row_number() over (partition by raw_name order by line_number) = 1

),

picked as (

    select
        lines.raw_name,
        lines.line_number,
        list_count(lines.cells) < list_count(headers.names) as is_short,
        list_max(list_transform(lines.cells, lambda cell: contains(cell, chr(10)))) as has_break,
        lines.cells[
            coalesce(list_position(names, 'rank'), list_position(names, 'position'))
        ] as rank_cell,
        lines.cells[
            coalesce(list_position(names, 'uri'), list_position(names, 'url'))
        ] as address,
        lines.cells[list_position(names, 'track_name')] as track_name,
        lines.cells[list_position(names, 'track name')] as old_track_name,
        lines.cells[list_position(names, 'artist_names')] as artist_names,
        lines.cells[list_position(names, 'artist')] as artist,
        lines.cells[list_position(names, 'source')] as source,
        lines.cells[list_position(names, 'peak_rank')] as peak_cell,
        lines.cells[list_position(names, 'previous_rank')] as previous_cell,
        lines.cells[
            coalesce(list_position(names, 'weeks_on_chart'), list_position(names, 'days_on_chart'))
        ] as periods_cell,
        lines.cells[list_position(names, 'streams')] as streams_cell
    from lines
    inner join headers
        on lines.raw_name = headers.raw_name
        and lines.line_number > headers.line_number
    where array_to_string(lines.cells, '') <> ''

),

counted as (

    select
        *,
        nullif(
            regexp_extract(
                address, '^(?:spotify:track:|https?://open\.spotify\.com/track/)([A-Za-z0-9]+)', 1
            ),
            ''
        ) as song_id,
        [rank_cell, peak_cell, previous_cell, periods_cell, streams_cell] as count_cells,
        nullif(try_cast(previous_cell as integer), 0) as previous_rank
    from picked

)

select
    ---------- ids
    counted.raw_name,
    counted.line_number,
    try_cast(counted.rank_cell as integer) as position,
    'track' as entry_type,
    counted.song_id,

    ---------- text
    coalesce(counted.track_name, counted.old_track_name) as song_name,
    coalesce(counted.artist_names, counted.artist) as artist_credit,
    nullif(counted.source, '') as label,
    list_filter(
        counted.count_cells, lambda cell: cell <> '' and try_cast(cell as bigint) is null
    )[1] as malformed_number,

    ---------- numerics
    try_cast(counted.streams_cell as bigint) as streams,
    try_cast(counted.peak_cell as integer) as reported_peak,
    case when counted.previous_rank > 0 then counted.previous_rank end as reported_previous,
    try_cast(counted.periods_cell as integer) as reported_periods,
    known_tracks.duration_ms,

    ---------- booleans
    known_tracks.is_explicit,
    coalesce(counted.has_break, false) as has_break,
    counted.is_short,

    ---------- nested
    known_tracks.album,
    known_tracks.artists
from counted
left join known_tracks on counted.song_id = known_tracks.song_id
