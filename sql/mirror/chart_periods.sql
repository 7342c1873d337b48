-- One row per chart and period: the last snapshot of the period.
-- period: length of the period: day, week, month, or a number of days such as `4 days`
-- period_number: number of the period in the history of the chart; missing periods count, too
-- period_start: first day of the period; a chart week starts on a Friday
-- period_end: last day of the period; a chart week ends on a Thursday
-- entries: number of entries
-- previous_period_start: first day of the previous period
select
    null::varchar as chart_id,
    null::varchar as period,
    null::integer as period_number,
    null::date as period_start,
    null::date as period_end,
    null::timestamp as snapshot_at,
    null::date as snapshot_date,
    null::integer as entries,
    null::integer as expected_entries,
    null::boolean as is_complete,
    null::date as previous_period_start
where false
