-- One row per run that returned to a chart after half a year or more, as Christmas songs do.
-- returns: number of returns after 182 days or more
-- years: years in which the song was on the chart, in order
-- usual_month: month with the most entries of the run, from 1 to 12
with

spaced_entries as (

    select
        chart_id,
        run_id,
        song_name,
        artist_credit,
        period_end,
        period_end - lag(period_end) over (
            partition by chart_id, run_id
            order by period_end
        ) as days_away
    from movements

)

select
    chart_id,
    run_id,
    arg_max(song_name, period_end) as song_name,
    arg_max(artist_credit, period_end) as artist_credit,
    count(*) filter (where days_away >= 182) as returns,
    list_sort(list(distinct year(period_end))) as years,
    mode(month(period_end)) as usual_month
from spaced_entries
group by chart_id, run_id
having count(*) filter (where days_away >= 182) > 0
order by chart_id asc, returns desc, run_id asc
