-- One row per chart: the latest name that its snapshots give it, and its first and last date.
select
    chart_id,
    arg_max(chart_name, snapshot_at) filter (chart_name is not null) as own_name,
    min(snapshot_at)::date as first_date,
    max(snapshot_at)::date as last_date
from published_snapshots
group by chart_id
order by chart_id
