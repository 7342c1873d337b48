-- One row per chart and year: the share of runs that never rose above their debut position.
-- Only runs that are over and began after the first period of our history count.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- year: year in which the runs began
-- runs: number of runs
-- debut_at_peak_share: share of runs whose highest position was their debut position
select
    chart_runs.chart_id,
    year(chart_runs.first_date) as year,
    count(*) as runs,
    count(*) filter (where chart_runs.debut_position = chart_runs.peak_position) / count(*)
        as debut_at_peak_share
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
group by chart_runs.chart_id, year(chart_runs.first_date)
order by chart_runs.chart_id, year
