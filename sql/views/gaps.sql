-- One row per period that a chart's rhythm expects, between its first and its last
-- one, and that history lacks. Nothing is interpolated.
with

chart_periods as (

    select * from chart_periods

),

spans as (

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

expected as (

    select
        chart_id,
        period,
        days,
        unnest(
            generate_series(first_start, last_start, to_days(days::integer))
        )::date as period_start
    from spans

)

select
    expected.chart_id,
    expected.period,
    expected.period_start,
    expected.period_start + expected.days - 1 as period_end
from expected
anti join chart_periods
    on expected.chart_id = chart_periods.chart_id
    and expected.period_start = chart_periods.period_start
