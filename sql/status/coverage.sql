-- One row per chart: how many snapshots it has, since when, until when, and the last
-- days of the periods that it lacks.
with

missing as (

    select
        chart_id,
        list(period_end order by period_end) as gaps
    from gaps
    group by chart_id

),

charts as (

    select
        chart_id,
        count(*) as snapshots,
        min(snapshot_date) as first_date,
        max(snapshot_date) as last_date
    from snapshots
    group by chart_id

)

select
    charts.chart_id,
    charts.snapshots,
    charts.first_date,
    charts.last_date,
    coalesce(missing.gaps, []) as gaps
from charts
left join missing on charts.chart_id = missing.chart_id
order by charts.chart_id
