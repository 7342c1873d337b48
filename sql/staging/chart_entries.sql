-- One row per ranked line of a chart file; absent ranks stay absent.
-- Album, artists and the like are null until enrichment has learned about the track.
with

counted as (

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
    counted.file_number,
    counted.line_number,
    try_cast(counted.rank as integer) as position,
    'track' as entry_type,
    counted.song_id,

    ---------- text
    counted.song_name,
    'https://open.spotify.com/track/' || counted.song_id as song_url,
    counted.artist_credit,
    nullif(counted.label, '') as label,
    list_filter(
        counted.counts, lambda cell: cell <> '' and try_cast(cell as bigint) is null
    )[1] as malformed_number,

    ---------- numerics
    try_cast(counted.streams as bigint) as streams,
    try_cast(counted.peak as integer) as reported_peak,
    case when counted.previous_rank > 0 then counted.previous_rank end as reported_previous,
    try_cast(counted.periods as integer) as reported_periods,
    known_tracks.duration_ms,

    ---------- booleans
    known_tracks.is_explicit,
    counted.has_line_break,
    counted.is_short,

    ---------- nested
    known_tracks.album,
    known_tracks.artists
from counted
left join known_tracks on counted.song_id = known_tracks.song_id
