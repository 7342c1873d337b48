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

    select * from playlist_entries
    union all by name
    select
        *,
        entry_id as song_id,
        entry_name as song_name,
        'https://open.spotify.com/track/' || entry_id as song_url
    from chart_entries
    where kind = 'song'

),

folded as (

    select
        *,
        lower(strip_accents(regexp_replace(trim(song_name), '\s+', ' ', 'g'))) as title,
        lower(strip_accents(regexp_replace(trim(artist_credit), '\s+', ' ', 'g'))) as credit
    from entries

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    folded.position,
    folded.entry_type,
    folded.song_id,
    folded.song_name,
    folded.song_url,
    coalesce(folded.isrc, md5(folded.title || chr(10) || coalesce(folded.credit, '')))
        as recording_id,
    folded.isrc,
    folded.album.id as album_id,
    folded.artists[1].id as artist_id,
    list_filter(
        list_transform(folded.artists, lambda artist: artist.id), lambda id: id is not null
    ) as artist_ids,
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
inner join snapshots on folded.file_number = snapshots.file_number
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, folded.position
