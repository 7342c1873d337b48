-- One row per entry of a snapshot. The key is (chart_id, snapshot_at, position).
-- chart_id: playlist id, or the name of a chart file without its date
-- snapshot_at: time of the snapshot in UTC: capture time, or midnight of a chart file's date
-- snapshot_date: date of snapshot_at
-- position: rank in the snapshot, from 1; missing ranks are not filled
-- entry_type: track, local, episode or unavailable
-- song_id: Spotify id of the track or episode
-- song_name: title of the song, as shown
-- song_url: link to the song on Spotify
-- recording_id: ISRC; if none, a digest of title and artist credit without case and accents
-- isrc: International Standard Recording Code, uppercase, without hyphens
-- album_id: Spotify id of the album; null in chart files until enriched
-- artist_id: Spotify id of the first credited artist; null in chart files until enriched
-- artist_ids: Spotify ids of all credited artists, in order; null if unknown
-- artist_credit: names of the artists as shown, never split
-- duration_ms: duration in milliseconds
-- is_explicit: whether Spotify marks the song as explicit
-- popularity: Spotify popularity, from 0 to 100; null if not given
-- streams: number of streams in the period, from chart files; null in playlists
-- label: record label, as given
-- added_at: time the entry was added to the playlist, in UTC
-- reported_peak: highest rank so far, as reported by Spotify in chart files
-- reported_previous: rank in the previous period, as reported by Spotify; null if there is none
-- reported_periods: number of days or weeks on the chart, as reported by Spotify
with

entries as (

    select
        playlist_entries.file_number,
        playlist_entries.position,
        playlist_entries.popularity,
        playlist_entries.added_at,
        playlist_tracks.* exclude (track_number, entry_type, album, artists),
        case
            when playlist_entries.track_number is null then 'unavailable'
            when playlist_entries.is_local then 'local'
            else playlist_tracks.entry_type
        end as entry_type,
        playlist_tracks.artists
    from playlist_entries
    left join playlist_tracks on playlist_entries.track_number = playlist_tracks.track_number
    union all by name
    select
        * exclude (album),
        entry_id as song_id,
        entry_name as song_name,
        'https://open.spotify.com/track/' || entry_id as song_url,
        album.id as album_id,
        artists[1].id as artist_id
    from chart_entries
    where kind = 'song'

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    entries.position,
    entries.entry_type,
    entries.song_id,
    entries.song_name,
    entries.song_url,
    coalesce(
        entries.isrc,
        md5(
            lower(strip_accents(regexp_replace(trim(entries.song_name), '\s+', ' ', 'g')))
            || chr(10)
            || coalesce(
                lower(strip_accents(regexp_replace(trim(entries.artist_credit), '\s+', ' ', 'g'))),
                ''
            )
        )
    ) as recording_id,
    entries.isrc,
    entries.album_id,
    entries.artist_id,
    list_filter(
        list_transform(entries.artists, lambda artist: artist.id), lambda id: id <> ''
    ) as artist_ids,
    entries.artist_credit,
    entries.duration_ms,
    entries.is_explicit,
    entries.popularity,
    entries.streams,
    entries.label,
    entries.added_at,
    entries.reported_peak,
    entries.reported_previous,
    entries.reported_periods
from entries
inner join snapshots on entries.file_number = snapshots.file_number
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, entries.position
