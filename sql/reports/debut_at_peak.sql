-- One row per chart and year: the share of runs that never rose above their debut position.
-- Only runs count whose debut and end history has. A debut that Spotify's own figures call a return
-- does not count. Runs are followed up to the first gap of more than two periods, as in run_lives.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- year: year in which the runs began
-- runs: number of runs
-- debut_at_peak_share: share of runs whose highest position was their debut position
select
    chart_id,
    year(first_date) as year,
    count(*) as runs,
    count(*) filter (where debut_position = peak_position) / count(*) as debut_at_peak_share
from run_lives
where
    is_ended
    and first_date between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by chart_id, year(first_date)
order by chart_id, year
