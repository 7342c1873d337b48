-- One row per row of a chart file. Missing ranks are not filled.
-- A row without an address keeps its position; title and artist identify its recording.
-- A count is written in digits. Programs that save a file again may add a decimal point and zeros.
-- Duration, explicit flag, album and artists are null until the track is enriched.
with

cells as (

    select
        file_number,
        line_number,
        trim(rank) as rank,
        trim(address) as address,
        trim(peak) as peak,
        trim(previous) as previous,
        trim(periods) as periods,
        trim(streams) as streams,
        case when trim(title) <> '' then title end as song_name,
        case when trim(artist) <> '' then artist end as artist_credit,
        nullif(label, '') as label
    from chart_lines

),

readings as (

    select
        *,
        nullif(
            regexp_extract(
                address,
                '^(?:spotify:track:|https?://open\.spotify\.com/(?:intl-[a-z-]+/)?track/)'
                || '([A-Za-z0-9]+)/?(?:[?#].*)?$',
                1
            ),
            ''
        ) as linked_id,
        case when regexp_full_match(address, '[A-Za-z0-9]{22}') then address end as bare_id,
        try_cast(regexp_extract(rank, '^([0-9]+)(?:\.00?)?$', 1) as integer) as position,
        try_cast(regexp_extract(peak, '^([0-9]+)(?:\.00?)?$', 1) as integer) as reported_peak,
        try_cast(regexp_extract(previous, '^(-1|[0-9]+)(?:\.00?)?$', 1) as integer)
            as previous_rank,
        try_cast(regexp_extract(periods, '^([0-9]+)(?:\.00?)?$', 1) as integer)
            as reported_periods,
        try_cast(regexp_extract(streams, '^([0-9]+)(?:\.00?)?$', 1) as bigint) as stream_count
    from cells

),

judged as (

    select
        *,
        coalesce(linked_id, bare_id) as song_id,
        coalesce(' at position ' || position, ' in line ' || line_number) as place,
        [
            {
                'name': 'rank',
                'cell': rank,
                'is_read': position is not null
            },
            {
                'name': 'peak',
                'cell': peak,
                'is_read': peak = '' or reported_peak is not null
            },
            {
                'name': 'previous',
                'cell': previous,
                'is_read': previous = '' or previous_rank is not null
            },
            {
                'name': 'periods',
                'cell': periods,
                'is_read': periods = '' or reported_periods is not null
            },
            {
                'name': 'streams',
                'cell': streams,
                'is_read': streams = '' or stream_count is not null
            }
        ] as counts
    from readings

)

select
    ---------- ids
    judged.file_number,
    judged.line_number,
    judged.position,
    case
        when judged.song_id is not null or judged.song_name is not null then 'track'
        else 'unavailable'
    end as entry_type,
    judged.song_id,

    ---------- text
    judged.song_name,
    'https://open.spotify.com/track/' || judged.song_id as song_url,
    judged.artist_credit,
    judged.label,
    judged.place,
    case
        when judged.address <> '' and judged.song_id is null
            then '"' || left(judged.address, 60) || '"' || judged.place
    end as malformed_address,

    ---------- numerics
    judged.stream_count as streams,
    judged.reported_peak,
    case when judged.previous_rank > 0 then judged.previous_rank end as reported_previous,
    judged.reported_periods,
    known_tracks.duration_ms,

    ---------- booleans
    known_tracks.is_explicit,

    ---------- nested
    list_transform(
        list_filter(judged.counts, lambda counted: not counted.is_read),
        lambda counted: counted.name || ' "' || left(counted.cell, 60) || '"' || judged.place
    ) as malformed_counts,
    known_tracks.album,
    known_tracks.artists
from judged
left join known_tracks on judged.song_id = known_tracks.song_id
