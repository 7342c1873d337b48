-- One row per entry of movements, with what it weighs in shares, and the song's attributes.
-- An entry weighs its streams; where a period lacks them, its points: the size of the
-- chart + 1 - its position, so that the last one of 50 weighs 1 and the first one 50.
-- points: the size of the chart + 1 - position
-- weight: streams, or points where a period lacks them
with

movements as (

    select * from movements

),

songs as (

    select * from songs

),

current_albums as (

    select * from current_albums

),

measured as (

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
from measured
