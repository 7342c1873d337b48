-- One row per staged entry of a chart of any kind, as the table entries takes it.
-- The name of an artist identifies the artist, as title and credit identify a recording, unless the
-- chart has several artists of that name.
with

named_artists as (

    select
        *,
        lower(strip_accents(regexp_replace(trim(artist_name), '\s+', ' ', 'g'))) as name
    from staged_artists
    where position is not null

),

known_artists as (

    select
        *,
        coalesce(min(artist_id) over by_name = max(artist_id) over by_name, true) as is_one_artist
    from named_artists
    window by_name as (partition by chart_id, snapshot_at, name)

),

named_albums as (

    select
        *,
        lower(strip_accents(regexp_replace(trim(album_name), '\s+', ' ', 'g'))) as title,
        lower(strip_accents(regexp_replace(trim(artist_credit), '\s+', ' ', 'g'))) as credit
    from staged_albums
    where position is not null

)

select
    *,  -- noqa: AM04
    'song' as kind,
    case
        when isrc is not null
            then md5(
                lower(strip_accents(regexp_replace(trim(song_name), '\s+', ' ', 'g')))
                || chr(10)
                || coalesce(
                    lower(strip_accents(regexp_replace(trim(artist_credit), '\s+', ' ', 'g'))), ''
                )
            )
    end as title_key
from staged_songs
union all by name
select
    chart_id,
    snapshot_at,
    snapshot_date,
    position,
    artist_id as song_id,
    artist_name as song_name,
    case when is_one_artist then md5(name) end as recording_id,
    reported_peak,
    reported_previous,
    reported_periods,
    'artist' as kind
from known_artists
union all by name
select
    chart_id,
    snapshot_at,
    snapshot_date,
    position,
    album_id as song_id,
    album_name as song_name,
    md5(title || chr(10) || coalesce(credit, '')) as recording_id,
    album_id,
    artist_credit,
    label,
    reported_peak,
    reported_previous,
    reported_periods,
    'album' as kind
from named_albums
