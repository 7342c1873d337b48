-- One row per entry of a snapshot: what is published, and what follows from the chart's history.
-- The views about entries read this table. It is sorted by chart, time and position, as far as
-- snapshots came in that order. The history of an entry is null if another snapshot represents its
-- period.
-- kind: what the entries of the chart are: song, artist or album
-- song_id: Spotify id of the song; in other charts that of the artist or album
-- song_name: title of the song or album, or name of the artist
-- recording_id: as in songs; in other charts a digest of the name, or of title and credit
-- song_url: link to the song; null if has_usual_url
-- has_usual_url: whether the link to the song is Spotify's usual one, made of the song id
-- lowest_position: lowest position of the snapshot
-- has_streams: whether all entries of the snapshot have streams
-- period: length of the period: day, week, month, or a number of days such as `4 days`
-- period_number: number of the period in the history of the chart; missing periods count, too
-- period_start: first day of the period; a chart week starts on a Friday
-- period_end: last day of the period; a chart week ends on a Thursday
-- run_id: id of the run; null if it is the recording id
-- first_number: number of the first period of the run
-- is_highest: whether no other entry of the run is higher in the period
-- previous_position: position in the previous period; null if there is none
-- matched_by: song or recording, whichever matched the previous period; null if neither did
-- status: NEW, RE-ENTRY, UP, DOWN, SAME or UNKNOWN
-- peak_position: highest position of the run so far
-- periods_on_chart: number of periods of the run so far
-- title_key: digest of title and credit, as in recording_id, if that is the ISRC; null otherwise
-- recording_key: key of the recording; null if it is the recording id, or the song id without one
select
    songs.*,  -- noqa: AM04
    null::varchar as kind,
    null::boolean as has_usual_url,
    null::integer as lowest_position,
    null::boolean as has_streams,
    null::varchar as period,
    null::integer as period_number,
    null::date as period_start,
    null::date as period_end,
    null::varchar as run_id,
    null::integer as first_number,
    null::boolean as is_highest,
    null::integer as previous_position,
    null::varchar as matched_by,
    null::varchar as status,
    null::integer as peak_position,
    null::bigint as periods_on_chart,
    null::varchar as title_key,
    null::varchar as recording_key
from songs
where false
