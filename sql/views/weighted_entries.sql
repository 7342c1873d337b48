-- One row per entry of a chart period: its movement, its weight, and its song and album.
-- song_id, song_name and recording_id are null in charts of artists and albums.
-- The weight of an entry is its streams. If any entry of the period has no streams, the weight of
-- all entries of the period is their points.
-- In a chart of 50, position 1 has 50 points and position 50 has 1.
-- release_date: release date of the album; null if it is not a full date
-- peak_position: highest position of the run so far
-- points: lowest position of the period + 1 - position
-- weight: streams or points, by which shares are computed
-- kind: what the entries of the chart are: song, artist or album
-- entry_id: Spotify id of the song, artist or album
-- entry_name: title of the song or album, or name of the artist
select
    entries.chart_id,
    entries.snapshot_at,
    entries.period,
    entries.period_start,
    entries.period_end,
    entries.position,
    entries.entry_type,
    case when entries.kind = 'song' then entries.song_id end as song_id,
    case when entries.kind = 'song' then entries.recording_id end as recording_id,
    case when entries.kind = 'song' then entries.song_name end as song_name,
    entries.artist_credit,
    entries.artist_ids,
    entries.album_id,
    current_albums.album_type,
    current_albums.release_year,
    try_cast(current_albums.release_date as date) as release_date,
    entries.label,
    entries.duration_ms,
    entries.is_explicit,
    entries.previous_position,
    entries.previous_position - entries.position as position_change,
    entries.status,
    entries.peak_position,
    entries.periods_on_chart,
    coalesce(entries.run_id, entries.recording_id) as run_id,
    entries.matched_by,
    entries.streams,
    entries.lowest_position + 1 - entries.position as points,
    case when entries.has_streams then entries.streams else points end as weight,
    entries.reported_previous,
    entries.reported_peak,
    entries.reported_periods,
    entries.kind,
    entries.song_id as entry_id,
    entries.song_name as entry_name
from entries
left join current_albums on entries.album_id = current_albums.album_id
where entries.period_number is not null
