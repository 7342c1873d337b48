-- One row per chart: the number of its snapshots, the first and last date, and its gaps.
-- A gap is given by the last day of its period.
with

chart_gaps as (

    select
        chart_id,
        list(period_end order by period_end) as gaps
    from gaps
    group by chart_id

),

chart_snapshots as (

    select
        chart_id,
        count(*) as snapshots,
        min(snapshot_date) as first_date,
        max(snapshot_date) as last_date
    from snapshots
    group by chart_id

)

select
    chart_snapshots.chart_id,
    chart_snapshots.snapshots,
    chart_snapshots.first_date,
    chart_snapshots.last_date,
    coalesce(chart_gaps.gaps, []) as gaps
from chart_snapshots
left join chart_gaps on chart_snapshots.chart_id = chart_gaps.chart_id
order by chart_snapshots.chart_id
