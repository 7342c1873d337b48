-- One row per gap: a period without a snapshot, between the first and the last period of a chart.
-- Gaps are never filled by interpolation.
with

chart_spans as (

    select
        chart_id,
        period,
        min(period_start) as first_start,
        max(period_start) as last_start,
        case period
            when 'day' then 1
            else 7
        end as days
    from chart_periods
    group by chart_id, period

),

expected_periods as (

    select
        chart_id,
        period,
        days,
        unnest(
            generate_series(first_start, last_start, to_days(days::integer))
        )::date as period_start
    from chart_spans

)

select
    expected_periods.chart_id,
    expected_periods.period,
    expected_periods.period_start,
    expected_periods.period_start + expected_periods.days - 1 as period_end
from expected_periods
anti join chart_periods
    on expected_periods.chart_id = chart_periods.chart_id
    and expected_periods.period_start = chart_periods.period_start
