-- One row per song and chart that came back in a later year after half a year or more: the
-- years in which it was there, and the month it is most there, as with Christmas songs.
-- returns: how often it came back after half a year or more
-- years: in which it was on the chart
-- usual_month: the month, from 1 to 12, in which it was there most
with

returns as (

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
from returns
group by chart_id, run_id
having count(*) filter (where days_away >= 182) > 0
order by chart_id asc, returns desc, run_id asc
