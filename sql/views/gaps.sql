-- One row per gap: a period without a snapshot, between the first and the last period of a chart.
-- Gaps are never filled by interpolation.
-- period_start: first day of the missing period, as its chart's rhythm expects it
-- period_end: last day of the missing period, as its chart's rhythm expects it
with

neighbours as (

    select
        chart_id,
        period,
        period_number,
        period_end,
        lag(period_end) over in_order as end_before,
        period_number - lag(period_number) over in_order as steps
    from chart_periods
    window in_order as (partition by chart_id order by period_number)

),

missing_periods as (

    select
        *,
        unnest(range(1, steps)) as number
    from neighbours
    where steps > 1

)

select
    chart_id,
    period,
    (period_number - steps + number)::integer as period_number,
    1 + end_before + round((period_end - end_before) * (number - 1) / steps)::integer
        as period_start,
    end_before + round((period_end - end_before) * number / steps)::integer as period_end
from missing_periods
