-- One row per gap: a period without a snapshot, between the first and the last period of a chart.
-- Gaps are never filled by interpolation.
-- period_start: first day of the missing period, as its chart's rhythm expects it
-- period_end: last day of the missing period, as its chart's rhythm expects it
with

neighbours as (

    select
        chart_id,
        snapshot_at,
        period,
        period_number,
        period_end,
        lag(period_end) over in_order as end_before,
        period_number - lag(period_number) over in_order as steps
    from chart_periods
    window in_order as (partition by chart_id order by period_number)

),

-- The periods of the calendar are equally long.
late_periods as (

    select
        neighbours.chart_id,
        neighbours.period,
        neighbours.period_number - neighbours.steps as number_before,
        neighbours.end_before,
        coalesce(
            rhythms.missing_days,
            list_transform(
                range(1, neighbours.steps),
                lambda number:
                neighbours.end_before
                + (
                    (neighbours.period_end - neighbours.end_before) * number // neighbours.steps
                )::integer
            )
        ) as missing_days
    from neighbours
    left join rhythms
        on neighbours.chart_id = rhythms.chart_id
        and neighbours.snapshot_at = rhythms.snapshot_at
    where neighbours.steps > 1

),

missing_periods as (

    select
        *,
        unnest(range(1, len(missing_days) + 1)) as number
    from late_periods

)

select
    chart_id,
    period,
    (number_before + number)::integer as period_number,
    1 + coalesce(missing_days[number - 1], end_before) as period_start,
    missing_days[number] as period_end
from missing_periods
