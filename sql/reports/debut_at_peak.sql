-- One row per chart and year: of the finished runs that began in it, within history, the share
-- that was never higher than on the first day.
-- year: the year in which the runs began
-- runs: how many runs
-- debut_at_peak_share: the share of them that never got higher
select
    chart_runs.chart_id,
    year(chart_runs.first_date) as year,
    count(*) as runs,
    count(*) filter (where chart_runs.debut_position = chart_runs.peak_position) / count(*)
        as debut_at_peak_share
from chart_runs
where
    chart_runs.is_over
    and chart_runs.first_date > (
        select min(chart_periods.period_end)
        from chart_periods
        where chart_periods.chart_id = chart_runs.chart_id
    )
group by chart_runs.chart_id, year(chart_runs.first_date)
order by chart_runs.chart_id, year
