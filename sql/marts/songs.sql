-- One row per entry of a snapshot; its key is (chart_id, snapshot_at, position).
with

identities as (

    select * from identities
    where is_current

),

playlist_entries as (

    select * from playlist_entries

),

chart_entries as (

    select * from chart_entries

),

entries as (

    select
        raw_name,
        position,
        entry_type,
        song_id,
        song_name,
        song_url,
        isrc,
        album.id as album_id,
        artists[1].id as artist_id,
        list_filter(
            list_transform(artists, lambda artist: artist.id), lambda id: id is not null
        ) as artist_ids,
        artist_credit,
        duration_ms,
        is_explicit,
        popularity,
        null::bigint as streams,
        album.label as label,
        added_at,
        null::integer as reported_peak,
        null::integer as reported_previous,
        null::integer as reported_periods
    from playlist_entries
    union all
    select
        raw_name,
        position,
        entry_type,
        song_id,
        song_name,
        'https://open.spotify.com/track/' || song_id as song_url,
        null as isrc,
        album.id as album_id,
        artists[1].id as artist_id,
        list_filter(
            list_transform(artists, lambda artist: artist.id), lambda id: id is not null
        ) as artist_ids,
        artist_credit,
        duration_ms,
        is_explicit,
        null as popularity,
        streams,
        label,
        null as added_at,
        reported_peak,
        reported_previous,
        reported_periods
    from chart_entries

),

folded as (

    select
        *,
        lower(strip_accents(regexp_replace(trim(song_name), '\s+', ' ', 'g'))) as title,
        lower(strip_accents(regexp_replace(trim(artist_credit), '\s+', ' ', 'g'))) as credit
    from entries

)

select
    identities.chart_id,
    identities.snapshot_at,
    identities.snapshot_at::date as snapshot_date,
    folded.position,
    folded.entry_type,
    folded.song_id,
    folded.song_name,
    folded.song_url,
    coalesce(folded.isrc, md5(folded.title || chr(10) || coalesce(folded.credit, '')))
        as recording_id,
    folded.isrc,
    folded.album_id,
    folded.artist_id,
    folded.artist_ids,
    folded.artist_credit,
    folded.duration_ms,
    folded.is_explicit,
    folded.popularity,
    folded.streams,
    folded.label,
    folded.added_at,
    folded.reported_peak,
    folded.reported_previous,
    folded.reported_periods
from folded
inner join identities on folded.raw_name = identities.raw_name
order by identities.chart_id, identities.snapshot_at, folded.position
