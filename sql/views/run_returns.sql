-- One row per return of a run: a period on the chart after periods that history has without it.
-- period_number: number of the period of the return, in the history of the chart
-- period_end: last day of the period of the return
-- position: highest position in this period
-- status: RE-ENTRY; UNKNOWN if the period before is missing, so that it may have returned in it
-- last_there: last day of the last period before the absence
-- absence: number of periods without the run that history has, since it last lacked half a year
-- is_one_stretch: whether history lacks less than half a year at a time since then
with

-- An entry has no position in the period before where the run was not there.
returned_entries as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        period_number,
        period_end,
        position,
        status,
        periods_on_chart - 1 as periods_before
    from entries
    where is_highest and periods_on_chart > 1 and status in ('RE-ENTRY', 'UNKNOWN')

),

-- Materialized, so that DuckDB does not compare all periods of a chart with each other.
matched_entries as materialized (

    select
        returned_entries.chart_id,
        returned_entries.run_id,
        returned_entries.period_number,
        returned_entries.period_end,
        returned_entries.position,
        returned_entries.status,
        earlier_entries.period_number as number_before,
        earlier_entries.period_end as last_there,
        numbered_periods.number,
        numbered_periods.stretch,
        numbered_periods.stretch_start
    from returned_entries
    inner join numbered_periods
        on returned_entries.chart_id = numbered_periods.chart_id
        and returned_entries.period_number = numbered_periods.period_number
    inner join entries as earlier_entries
        on returned_entries.chart_id = earlier_entries.chart_id
        and returned_entries.run_id
        = coalesce(earlier_entries.run_id, earlier_entries.recording_id)
        and returned_entries.periods_before = earlier_entries.periods_on_chart
    where earlier_entries.is_highest

)

select
    matched_entries.chart_id,
    matched_entries.run_id,
    matched_entries.period_number,
    matched_entries.period_end,
    matched_entries.position,
    matched_entries.status,
    matched_entries.last_there,
    matched_entries.number - greatest(numbered_periods.number + 1, matched_entries.stretch_start)
        as absence,
    matched_entries.stretch = numbered_periods.stretch as is_one_stretch
from matched_entries
inner join numbered_periods
    on matched_entries.chart_id = numbered_periods.chart_id
    and matched_entries.number_before = numbered_periods.period_number
where matched_entries.number - numbered_periods.number > 1
