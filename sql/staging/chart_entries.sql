-- One row per line of a chart file. Missing ranks are not filled.
-- Duration, explicit flag, album and artists are null until the track is enriched.
with

lines as (

    select
        *,
        nullif(
            regexp_extract(
                address, '^(?:spotify:track:|https?://open\.spotify\.com/track/)([A-Za-z0-9]+)', 1
            ),
            ''
        ) as song_id,
        [rank, peak, previous, periods, streams] as counts,
        nullif(try_cast(previous as integer), 0) as previous_rank
    from chart_lines

)

select
    ---------- ids
    lines.file_number,
    lines.line_number,
    try_cast(lines.rank as integer) as position,
    'track' as entry_type,
    lines.song_id,

    ---------- text
    lines.song_name,
    'https://open.spotify.com/track/' || lines.song_id as song_url,
    lines.artist_credit,
    nullif(lines.label, '') as label,
    list_filter(
        lines.counts, lambda cell: cell <> '' and try_cast(cell as bigint) is null
    )[1] as malformed_number,

    ---------- numerics
    try_cast(lines.streams as bigint) as streams,
    try_cast(lines.peak as integer) as reported_peak,
    case when lines.previous_rank > 0 then lines.previous_rank end as reported_previous,
    try_cast(lines.periods as integer) as reported_periods,
    known_tracks.duration_ms,

    ---------- booleans
    known_tracks.is_explicit,
    lines.has_line_break,
    lines.is_short,

    ---------- nested
    known_tracks.album,
    known_tracks.artists
from lines
left join known_tracks on lines.song_id = known_tracks.song_id
