-- One row per run: all the periods that a song was on a chart, re-entries included.
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
-- is_over: whether the song has left the chart: it is not in the chart's latest period
select
    chart_id,
    run_id,
    arg_max(song_id, period_start) as song_id,
    arg_max(song_name, period_start) as song_name,
    arg_max(artist_credit, period_start) as artist_credit,
    count(distinct period_start) as periods,
    count(distinct period_start) filter (where position = 1) as periods_at_one,
    arg_min(position, period_start) as debut_position,
    min(position) as peak_position,
    min(period_end) filter (where position = peak_position) as peak_date,
    min(period_end) as first_date,
    max(period_end) as last_date,
    max(period_start) < max(max(period_start)) over (partition by chart_id) as is_over
from movements
group by chart_id, run_id
