-- One row per entry of the latest period of a chart, with its movement and its song.
-- recording_key: key of the recording; in charts of artists and albums, of the artist or album; an
-- entry without one is only itself
-- artist_keys: keys of the credited artists of a song, in alphabetical order; null if unknown
-- artist_names: names of these artists, in the same order
with

latest_snapshots as (

    select
        chart_id,
        max(snapshot_at) as snapshot_at,
        max(period_end) as period_end
    from chart_periods
    group by chart_id

),

latest_artists as (

    select
        entry_artists.chart_id,
        entry_artists.position,
        list(entry_artists.artist_key order by entry_artists.artist_key) as artist_keys,
        list(entry_artists.artist_name order by entry_artists.artist_key) as artist_names
    from entry_artists
    semi join latest_snapshots
        on entry_artists.chart_id = latest_snapshots.chart_id
        and entry_artists.period_end = latest_snapshots.period_end
    group by entry_artists.chart_id, entry_artists.position

)

select
    entries.chart_id,
    entries.kind,
    entries.period,
    entries.period_end,
    entries.position,
    entries.previous_position - entries.position as position_change,
    entries.status,
    entries.song_name,
    entries.artist_credit,
    entries.peak_position,
    entries.periods_on_chart,
    entries.streams,
    coalesce(entries.run_id, entries.recording_id) as run_id,
    coalesce(
        entries.recording_key,
        entries.recording_id,
        entries.song_id,
        entries.chart_id || ':' || entries.position
    ) as recording_key,
    latest_artists.artist_keys,
    latest_artists.artist_names
from entries
semi join latest_snapshots
    on entries.chart_id = latest_snapshots.chart_id
    and entries.snapshot_at = latest_snapshots.snapshot_at
left join latest_artists
    on entries.chart_id = latest_artists.chart_id
    and entries.position = latest_artists.position
order by entries.chart_id, entries.position
