-- One row per album of a snapshot. The key is (chart_id, snapshot_at, album_id).
-- If several entries share an album, its attributes come from the highest-ranked entry.
-- album_id: Spotify id of the album
-- album_name: title of the album, as shown
-- album_type: album, single or compilation
-- release_date: release date as given, as text: a year, a month or a day
-- release_date_precision: year, month or day
-- release_year: year of the release date
-- total_tracks: number of tracks on the album
-- album_url: link to the album on Spotify
-- artist_ids: Spotify ids of the album's artists, in order
with

entries as (

    select
        file_number,
        position,
        album
    from playlist_entries
    union all
    select
        file_number,
        position,
        album
    from chart_entries

),

highest as (

    select
        file_number,
        album
    from entries
    where album.id is not null
    qualify row_number() over (partition by file_number, album.id order by position) = 1

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    highest.album.id as album_id,
    highest.album.name as album_name,
    highest.album.album_type as album_type,
    highest.album.release_date as release_date,
    highest.album.release_date_precision as release_date_precision,
    nullif(try_cast(left(highest.album.release_date, 4) as integer), 0) as release_year,
    highest.album.total_tracks as total_tracks,
    highest.album.external_urls.spotify as album_url,
    list_filter(
        list_transform(highest.album.artists, lambda artist: artist.id),
        lambda id: id is not null
    ) as artist_ids
from highest
inner join snapshots on highest.file_number = snapshots.file_number
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, album_id
