-- One row per chart: the day two years before its latest period, from which on figures show it.
select
    chart_id,
    (max(period_end) - to_years(2))::date as drawn_from
from chart_periods
group by chart_id
order by chart_id
