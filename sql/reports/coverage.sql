-- One row per chart and expected period: complete, incomplete or missing.
-- entries: number of entries; null if the period is missing
-- state: complete, incomplete or missing
select
    chart_id,
    period_end,
    entries,
    case when is_complete then 'complete' else 'incomplete' end as state
from chart_periods
union all
select
    chart_id,
    period_end,
    null as entries,
    'missing' as state
from gaps
order by chart_id, period_end
