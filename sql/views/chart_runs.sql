-- One row per song's run on a chart, re-entries included: how long, how high, and since when.
-- is_over says that it was not there in the chart's last period.
-- run_id: names the run; its recording_id where it has one
-- periods: on how many periods' charts it was
-- periods_at_one: on how many of them as number one
-- debut_position: where it entered
-- peak_position: its highest position
-- peak_date: the last day of the period in which it was first there
-- first_date: the last day of its first period
-- last_date: the last day of its last period
-- is_over: whether it was gone in the chart's last period
with

movements as (

    select * from movements

),

last_periods as (

    select
        chart_id,
        max(period_start) as last_start
    from movements
    group by chart_id

),

runs as (

    select
        chart_id,
        run_id,
        arg_max(song_name, period_start) as song_name,
        arg_max(artist_credit, period_start) as artist_credit,
        arg_max(song_id, period_start) as song_id,
        count(distinct period_start) as periods,
        count(distinct period_start) filter (where position = 1) as periods_at_one,
        min(position) as peak_position,
        min(period_end) filter (where position = peak_position) as peak_date,
        arg_min(position, period_start) as debut_position,
        min(period_end) as first_date,
        max(period_end) as last_date,
        max(period_start) as last_start
    from movements
    group by chart_id, run_id

)

select
    runs.chart_id,
    runs.run_id,
    runs.song_id,
    runs.song_name,
    runs.artist_credit,
    runs.periods,
    runs.periods_at_one,
    runs.debut_position,
    runs.peak_position,
    runs.peak_date,
    runs.first_date,
    runs.last_date,
    runs.last_start < last_periods.last_start as is_over
from runs
inner join last_periods on runs.chart_id = last_periods.chart_id
