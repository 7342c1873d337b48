-- One row per album of a snapshot: per entry of an album chart, or per album of the songs.
-- The key is (chart_id, snapshot_at, position) in album charts, and otherwise
-- (chart_id, snapshot_at, album_id).
-- If several entries share an album, its attributes come from the highest-ranked entry.
-- album_id: Spotify id of the album; null if an album chart does not give it
-- album_name: title of the album, as shown
-- album_type: album, single or compilation
-- release_date: release date as given, as text: a year, a month or a day
-- release_date_precision: year, month or day
-- release_year: year of the release date
-- total_tracks: number of tracks on the album
-- album_url: link to the album on Spotify
-- artist_ids: Spotify ids of the album's artists, in order; null in album charts
-- position: rank in an album chart, from 1; null in all other charts
-- artist_credit: names of the artists as an album chart shows them, never split
-- label: record label as an album chart gives it
-- reported_peak: highest rank so far, as reported by Spotify in album charts
-- reported_previous: rank in the previous period, as reported by Spotify; null if there is none
-- reported_periods: number of weeks on the chart, as reported by Spotify
with

highest_in_playlists as (

    select
        playlist_entries.file_number,
        playlist_entries.track_number
    from playlist_entries
    inner join playlist_tracks on playlist_entries.track_number = playlist_tracks.track_number
    where playlist_tracks.album_id is not null
    qualify
        row_number() over (
            partition by playlist_entries.file_number, playlist_tracks.album_id
            order by playlist_entries.position
        ) = 1

),

highest_in_charts as (

    select
        file_number,
        album
    from chart_entries
    where album.id <> ''
    qualify row_number() over (partition by file_number, album.id order by position) = 1

),

highest as (

    select
        highest_in_playlists.file_number,
        playlist_tracks.album
    from highest_in_playlists
    inner join playlist_tracks on highest_in_playlists.track_number = playlist_tracks.track_number
    union all
    select
        file_number,
        album
    from highest_in_charts

),

albums as (

    select
        file_number,
        album.id as album_id,
        album.name as album_name,
        album.album_type as album_type,
        album.release_date as release_date,
        album.release_date_precision as release_date_precision,
        album.total_tracks as total_tracks,
        album.external_urls.spotify as album_url,
        list_filter(
            list_transform(album.artists, lambda artist: artist.id), lambda id: id <> ''
        ) as artist_ids
    from highest
    union all by name
    select
        file_number,
        entry_id as album_id,
        entry_name as album_name,
        release_date,
        release_date_precision,
        'https://open.spotify.com/album/' || entry_id as album_url,
        position,
        artist_credit,
        label,
        reported_peak,
        reported_previous,
        reported_periods
    from chart_entries
    where kind = 'album'

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    albums.album_id,
    albums.album_name,
    albums.album_type,
    albums.release_date,
    albums.release_date_precision,
    nullif(try_cast(left(albums.release_date, 4) as integer), 0) as release_year,
    albums.total_tracks,
    albums.album_url,
    albums.artist_ids,
    albums.position,
    albums.artist_credit,
    albums.label,
    albums.reported_peak,
    albums.reported_previous,
    albums.reported_periods
from albums
inner join snapshots on albums.file_number = snapshots.file_number
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, albums.position, albums.album_id
