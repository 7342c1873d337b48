-- One row per entry of a snapshot; the key is (chart_id, snapshot_at, position).
-- chart_id: the playlist's id, or a chart file's name without its date
-- snapshot_at: the moment the chart speaks for, UTC; midnight of a chart file's date
-- snapshot_date: its date
-- position: from 1; absent ranks stay absent
-- entry_type: track, local, episode or unavailable
-- song_id: Spotify's id of the track or episode
-- song_name: the title as shown
-- song_url: its page at Spotify
-- recording_id: the ISRC where there is one, else a digest of the folded title and credit
-- isrc: the recording's international code, in capitals, without hyphens
-- album_id: Spotify's id of the album; null in chart files until enriched
-- artist_id: Spotify's id of the artist; of a song, the first credited one
-- artist_ids: all credited artists in order; null where they are unknown
-- artist_credit: the artists' names as shown, never split
-- duration_ms: milliseconds
-- is_explicit: whether Spotify marks it as explicit
-- popularity: Spotify's figure from 0 to 100, where it gave one
-- streams: those that Spotify counts for its charts; null in playlists
-- label: the record label, as the source names it
-- added_at: when the entry was added to the playlist, UTC
-- reported_peak: Spotify's own highest rank so far, in chart files
-- reported_previous: Spotify's own rank in the period before; null where there is none
-- reported_periods: Spotify's own count of days or weeks on the chart
with

entries as (

    select * from playlist_entries
    union all by name
    select * from chart_entries

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
