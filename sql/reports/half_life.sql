-- One row per chart: how long songs stay on the chart.
-- Only runs that are over and began after the first period of our history count.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- finished_runs: number of runs
-- median_periods: median number of periods of the runs
-- half_life: number of periods after which half of the runs were over
-- longest: number of periods of the longest run
with

finished_runs as (

    select
        chart_runs.chart_id,
        chart_runs.periods
    from chart_runs
    where
        chart_runs.is_over
        and chart_runs.first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
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
from finished_runs
group by chart_id
order by chart_id
