-- One row per run: all the periods of a song, artist or album on a chart, re-entries included.
-- song_id and song_name are null in charts of artists and albums.
-- If a run has several entries in a period, the highest counts.
-- run_id: id of the run: one of its recording ids, or its song id if it has none
-- song_id: Spotify id of the track or episode; the latest if the run has several
-- song_name: title of the song, as shown in the latest period
-- artist_credit: names of the artists, as shown in the latest period
-- periods: number of periods on the chart
-- periods_at_one: number of periods at number one
-- debut_position: position in the first period
-- peak_position: highest position
-- peak_date: last day of the first period at the highest position
-- first_date: last day of the first period on the chart
-- last_date: last day of the latest period on the chart
-- is_over: whether it has left the chart: it is not in the chart's latest period
-- kind: what the entries of the chart are: song, artist or album
-- entry_id: Spotify id of the song, artist or album
-- entry_name: title of the song or album, or name of the artist
with

latest_periods as (

    select
        chart_id,
        max(period_end) as latest_date
    from chart_periods
    group by chart_id

)

select
    runs.chart_id,
    runs.run_id,
    case when runs.kind = 'song' then runs.song_id end as song_id,
    case when runs.kind = 'song' then runs.song_name end as song_name,
    runs.artist_credit,
    runs.periods,
    runs.periods_at_one,
    runs.debut_position,
    runs.peak_position,
    runs.peak_date,
    runs.first_date,
    runs.last_date,
    runs.last_date < latest_periods.latest_date as is_over,
    runs.kind,
    runs.song_id as entry_id,
    runs.song_name as entry_name
from runs
inner join latest_periods on runs.chart_id = latest_periods.chart_id
