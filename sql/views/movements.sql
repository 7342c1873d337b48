-- One row per entry of a chart period, with its movement since the previous period.
-- Movements are computed from our own history, not from the figures that Spotify reports.
-- An entry is matched to the previous period by its Spotify id, then by recording_id. In charts of
-- artists and albums, the name of the artist, or title and credit, take the place of the latter.
-- Entries that share one of them, directly or over any number of others, belong to the same run.
-- song_id, song_name and recording_id are null in charts of artists and albums.
-- The status is UNKNOWN if the previous period is missing, or if the entry has neither id.
-- previous_position: position in the previous period; null if there is none
-- position_change: positions gained since the previous period; negative for a fall
-- status: NEW, RE-ENTRY, UP, DOWN, SAME or UNKNOWN
-- peak_position: highest position of the run so far
-- periods_on_chart: number of periods of the run so far
-- matched_by: song if the Spotify id matched the previous period, recording if the other one did
-- kind: what the entries of the chart are: song, artist or album
-- entry_id: Spotify id of the song, artist or album
-- entry_name: title of the song or album, or name of the artist
-- recording_key: key of the recording, the same in all charts; null in artist and album charts
select
    chart_id,
    snapshot_at,
    period,
    period_start,
    period_end,
    period_number,
    position,
    case when kind = 'song' then song_id end as song_id,
    case when kind = 'song' then recording_id end as recording_id,
    case when kind = 'song' then song_name end as song_name,
    artist_credit,
    previous_position,
    previous_position - position as position_change,
    status,
    peak_position,
    periods_on_chart,
    coalesce(entries.run_id, entries.recording_id) as run_id,
    matched_by,
    kind,
    entries.song_id as entry_id,
    entries.song_name as entry_name,
    case
        when kind = 'song'
            then coalesce(recording_key, entries.recording_id, entries.song_id)
    end as recording_key
from entries
where period_number is not null
