-- One row per row of a chart file. Missing ranks are not filled.
-- A row without an address keeps its position; title and artist identify its recording.
-- A count is written in digits. Programs that save a file again may add a decimal point and zeros.
-- The release date of an album is written as Spotify's Web API does, if it is known how it was
-- written, and otherwise as it is given.
-- Duration, explicit flag, album and artists are null until the track is enriched.
-- kind: what the entries of the chart are: song, artist or album; null if the chart is unknown
-- entry_id: Spotify id of the track, artist or album
-- entry_name: title of the song or album, or name of the artist
-- address_kind: what the address is that of; null if it is a bare id or cannot be read
with

cells as (

    select
        chart_lines.file_number,
        chart_lines.line_number,
        raw_files.kind,
        raw_files.chart_id,
        trim(rank) as rank,
        trim(address) as address,
        trim(peak) as peak,
        trim(previous) as previous,
        trim(periods) as periods,
        trim(streams) as streams,
        nullif(trim(release), '') as release,
        case when trim(title) <> '' then title end as title,
        case when trim(artist) <> '' then artist end as artist,
        nullif(label, '') as label
    from chart_lines
    inner join raw_files on chart_lines.file_number = raw_files.file_number

),

readings as (

    select
        *,
        regexp_extract(
            address,
            '^(?:spotify:|https?://open\.spotify\.com/(?:intl-[a-z-]+/)?)'
            || '(track|artist|album)[:/]([A-Za-z0-9]+)/?(?:[?#].*)?$',
            ['kind', 'id']
        ) as link,
        case when regexp_full_match(address, '[A-Za-z0-9]{22}') then address end as bare_id,
        try_cast(regexp_extract(rank, '^([0-9]+)(?:\.00?)?$', 1) as integer) as position,
        try_cast(regexp_extract(peak, '^([0-9]+)(?:\.00?)?$', 1) as integer) as reported_peak,
        try_cast(regexp_extract(previous, '^(-1|[0-9]+)(?:\.00?)?$', 1) as integer)
            as previous_rank,
        try_cast(regexp_extract(periods, '^([0-9]+)(?:\.00?)?$', 1) as integer)
            as reported_periods,
        case
            when regexp_full_match(release, '[0-9]{4}-[0-9]{2}-[0-9]{2}[ T].*')
                then left(release, 10)
            else coalesce(
                strftime(try_strptime(release, ['%B %d, %Y', '%b %d, %Y']), '%Y-%m-%d'), release
            )
        end as release_date,
        try_cast(regexp_extract(streams, '^([0-9]+)(?:\.00?)?$', 1) as bigint) as stream_count
    from cells

),

named as (

    select
        *,
        case when link.kind = 'track' then 'song' else nullif(link.kind, '') end as address_kind
    from readings

),

judged as (

    select
        *,
        case when address_kind = coalesce(kind, address_kind) then link.id else bare_id end
            as entry_id,
        case when kind = 'artist' then artist else title end as entry_name,
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
    from named

)

select
    ---------- ids
    judged.file_number,
    judged.line_number,
    judged.kind,
    judged.position,
    case
        when judged.entry_id is not null or judged.entry_name is not null then 'track'
        else 'unavailable'
    end as entry_type,
    judged.entry_id,

    ---------- text
    judged.entry_name,
    judged.artist as artist_credit,
    judged.label,
    judged.release_date,
    case
        when regexp_full_match(judged.release_date, '[0-9]{4}') then 'year'
        when regexp_full_match(judged.release_date, '[0-9]{4}-[0-9]{2}') then 'month'
        when regexp_full_match(judged.release_date, '[0-9]{4}-[0-9]{2}-[0-9]{2}') then 'day'
    end as release_date_precision,
    judged.place,
    case
        when judged.address <> '' and judged.entry_id is null
            then '"' || left(judged.address, 60) || '"' || judged.place
    end as malformed_address,
    judged.address_kind,

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
left join known_tracks on judged.kind = 'song' and judged.entry_id = known_tracks.song_id
