-- One row per entry of a chart period: its movement, its weight, and its song and album.
-- The weight of an entry is its streams. If any entry of the period has no streams, the weight of
-- all entries of the period is their points.
-- In a chart of 50, position 1 has 50 points and position 50 has 1.
-- release_date: release date of the album; null if it is not a full date
-- peak_position: highest position of the run so far
-- points: lowest position of the period + 1 - position
-- weight: streams or points, by which shares are computed
with

entries as (

    select
        movements.*,
        songs.entry_type,
        songs.artist_ids,
        songs.album_id,
        songs.duration_ms,
        songs.is_explicit,
        songs.label,
        songs.streams,
        songs.reported_previous,
        songs.reported_peak,
        songs.reported_periods,
        current_albums.album_type,
        current_albums.release_year,
        try_cast(current_albums.release_date as date) as release_date,
        max(movements.position) over in_period + 1 - movements.position as points,
        count(*) over in_period = count(songs.streams) over in_period as has_streams
    from movements
    inner join songs
        on movements.chart_id = songs.chart_id
        and movements.snapshot_at = songs.snapshot_at
        and movements.position = songs.position
    left join current_albums on songs.album_id = current_albums.album_id
    window in_period as (partition by movements.chart_id, movements.period_start)

)

select
    chart_id,
    snapshot_at,
    period,
    period_start,
    period_end,
    position,
    entry_type,
    song_id,
    recording_id,
    song_name,
    artist_credit,
    artist_ids,
    album_id,
    album_type,
    release_year,
    release_date,
    label,
    duration_ms,
    is_explicit,
    previous_position,
    position_change,
    status,
    peak_position,
    periods_on_chart,
    run_id,
    matched_by,
    streams,
    points,
    case when has_streams then streams else points end as weight,
    reported_previous,
    reported_peak,
    reported_periods
from entries
