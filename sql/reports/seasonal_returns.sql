-- One row per run that returned to a chart after half a year or more, as Christmas songs do.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- History has periods in each half year of an absence.
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- returns: number of returns after 182 days or more
-- years: years in which the song was on the chart, in order
-- usual_month: month with the most entries of the run, from 1 to 12; the first of those that tie
with

returned_runs as (

    select
        chart_id,
        run_id,
        count(*) as returns
    from run_returns
    where period_end - last_there >= 182 and is_one_stretch
    group by chart_id, run_id

),

run_entries as (

    select
        entries.chart_id,
        returned_runs.run_id,
        year(entries.period_end) as year,
        month(entries.period_end) as month
    from entries
    inner join returned_runs
        on entries.chart_id = returned_runs.chart_id
        and coalesce(entries.run_id, entries.recording_id) = returned_runs.run_id
    where entries.period_number is not null

),

years as (

    select
        chart_id,
        run_id,
        list_sort(list(distinct year)) as years
    from run_entries
    group by chart_id, run_id

),

months as (

    select
        chart_id,
        run_id,
        month,
        count(*) as entries
    from run_entries
    group by chart_id, run_id, month

),

usual_months as (

    select
        chart_id,
        run_id,
        arg_max(month, (entries, -month)) as usual_month
    from months
    group by chart_id, run_id

)

select
    chart_runs.chart_id,
    chart_runs.run_id,
    chart_runs.entry_name as song_name,
    chart_runs.artist_credit,
    returned_runs.returns,
    years.years,
    usual_months.usual_month
from returned_runs
inner join chart_runs
    on returned_runs.chart_id = chart_runs.chart_id
    and returned_runs.run_id = chart_runs.run_id
inner join years
    on returned_runs.chart_id = years.chart_id
    and returned_runs.run_id = years.run_id
inner join usual_months
    on returned_runs.chart_id = usual_months.chart_id
    and returned_runs.run_id = usual_months.run_id
where
    chart_runs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and chart_runs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by chart_runs.chart_id asc, returned_runs.returns desc, chart_runs.run_id asc
