-- One row per album of a snapshot; its key is (chart_id, snapshot_at, album_id).
-- Where an album stands behind several entries, the highest one's words are taken.
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
        album
    from playlist_entries
    union all
    select
        raw_name,
        position,
        album
    from chart_entries

),

first_seen as (

    select
        raw_name,
        album
    from entries
    where album.id is not null
    qualify row_number() over (partition by raw_name, album.id order by position) = 1

)

select
    identities.chart_id,
    identities.snapshot_at,
    identities.snapshot_at::date as snapshot_date,
    first_seen.album.id as album_id,
    first_seen.album.name as album_name,
    first_seen.album.album_type as album_type,
    first_seen.album.release_date as release_date,
    first_seen.album.release_date_precision as release_date_precision,
    nullif(try_cast(left(first_seen.album.release_date, 4) as integer), 0) as release_year,
    first_seen.album.total_tracks as total_tracks,
    first_seen.album.external_urls.spotify as album_url,
    list_filter(
        list_transform(first_seen.album.artists, lambda artist: artist.id),
        lambda id: id is not null
    ) as artist_ids
from first_seen
inner join identities on first_seen.raw_name = identities.raw_name
order by identities.chart_id, identities.snapshot_at, album_id
