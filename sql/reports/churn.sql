-- One row per chart and period whose period before is known: how many entries are new, came
-- back, or went, and the share of the chart that changed.
-- new_entries: never there before
-- re_entries: there before, but not in the period before
-- gone: there in the period before, and no longer
-- churn: the share of the chart that is new or back
with

counted as (

    select
        chart_id,
        period_start,
        period_end,
        count(*) as entries,
        count(*) filter (where status = 'NEW') as new_entries,
        count(*) filter (where status = 'RE-ENTRY') as re_entries,
        bool_or(status <> 'UNKNOWN') as is_known,
        lag(count(*)) over (partition by chart_id order by period_start) as entries_before
    from movements
    group by chart_id, period_start, period_end

)

select
    chart_id,
    period_end,
    entries,
    new_entries,
    re_entries,
    entries_before - (entries - new_entries - re_entries) as gone,
    (new_entries + re_entries) / entries as churn
from counted
where is_known
order by chart_id, period_end
