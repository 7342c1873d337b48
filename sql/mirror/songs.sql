-- One row per entry of a published snapshot.
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
-- artist_ids: all credited artists in their order; null where they are unknown
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
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::date as snapshot_date,
    null::integer as position,
    null::varchar as entry_type,
    null::varchar as song_id,
    null::varchar as song_name,
    null::varchar as song_url,
    null::varchar as recording_id,
    null::varchar as isrc,
    null::varchar as album_id,
    null::varchar as artist_id,
    null::varchar[] as artist_ids,
    null::varchar as artist_credit,
    null::bigint as duration_ms,
    null::boolean as is_explicit,
    null::integer as popularity,
    null::bigint as streams,
    null::varchar as label,
    null::timestamp as added_at,
    null::integer as reported_peak,
    null::integer as reported_previous,
    null::integer as reported_periods
where false
