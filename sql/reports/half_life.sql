-- One row per chart: how long its hits last. Half of the songs that entered are gone after
-- half_life periods; median_periods is the median of all finished runs within history.
-- finished_runs: runs that began within history and are over
-- median_periods: the median of their periods
-- half_life: the periods after which half of them were gone
-- longest: the periods of the longest
with

runs as (

    select
        chart_runs.chart_id,
        chart_runs.periods
    from chart_runs
    where
        chart_runs.is_over
        and chart_runs.first_date > (
            select min(chart_periods.period_end)
            from chart_periods
            where chart_periods.chart_id = chart_runs.chart_id
        )

)

select
    chart_id,
    count(*) as finished_runs,
    median(periods) as median_periods,
    quantile_disc(periods, 0.5) as half_life,
    max(periods) as longest
from runs
group by chart_id
order by chart_id
