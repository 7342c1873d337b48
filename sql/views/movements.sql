-- One row per entry of a chart period, with its movement since the previous period.
-- Movements are computed from our own history, not from the figures that Spotify reports.
-- An entry is matched to the previous period by song_id, then by recording_id.
-- Entries that share a song_id or a recording_id, directly or over any number of others, belong to
-- the same run.
-- The status is UNKNOWN if the previous period is missing, or if the entry has neither id.
-- previous_position: position in the previous period; null if there is none
-- position_change: positions gained since the previous period; negative for a fall
-- status: NEW, RE-ENTRY, UP, DOWN, SAME or UNKNOWN
-- peak_position: highest position of the run so far
-- periods_on_chart: number of periods of the run so far
-- matched_by: song or recording, whichever matched the previous period; null if neither did
select
    chart_id,
    snapshot_at,
    period,
    period_start,
    period_end,
    period_number,
    position,
    song_id,
    recording_id,
    song_name,
    artist_credit,
    previous_position,
    previous_position - position as position_change,
    status,
    peak_position,
    periods_on_chart,
    coalesce(run_id, recording_id) as run_id,
    matched_by
from entries
where period_number is not null
