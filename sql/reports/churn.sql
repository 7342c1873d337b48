-- One row per chart and period: the entries that are new, re-entered or left, and the churn.
-- Periods whose previous period is missing are left out.
-- entries: number of entries in the period
-- new_entries: entries that were never on the chart before
-- re_entries: entries that were on the chart before, but not in the previous period
-- gone: entries of the previous period that left the chart
-- churn: share of entries that are new or re-entered
with

counted_periods as (

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
from counted_periods
where is_known
order by chart_id, period_end
