-- One row per period that history has, numbered without regard to gaps.
-- Half a year or more without a period ends a stretch of history.
-- period_start: first day of the period
-- period_end: last day of the period
-- period_number: number of the period in the history of the chart; missing periods count, too
-- number: number of the period among those that history has, from 1
-- stretch: number of such breaks before the period
-- stretch_start: number of the first period of the stretch, among those that history has
with

spaced_periods as (

    select
        chart_id,
        period_number,
        period_start,
        period_end,
        row_number() over in_order as number,
        case when period_end - lag(period_end) over in_order >= 182 then 1 else 0 end as breaks
    from chart_periods
    window in_order as (partition by chart_id order by period_number)

),

stretches as (

    select
        *,
        sum(breaks) over (partition by chart_id order by number)::integer as stretch
    from spaced_periods

)

select
    chart_id,
    period_number,
    period_start,
    period_end,
    number,
    stretch,
    min(number) over (partition by chart_id, stretch) as stretch_start
from stretches
