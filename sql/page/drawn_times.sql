-- One row per chart: the days from which on the page draws its history.
-- recent_from: last day of the 26th latest period, those that history lacks included
-- drawn_from: the day two years before the latest period
with

expected_periods as (

    select
        chart_id,
        period_end
    from chart_periods
    union all
    select
        chart_id,
        period_end
    from gaps

),

numbered_periods as (

    select
        chart_id,
        period_end,
        row_number() over (partition by chart_id order by period_end desc) as number
    from expected_periods

)

select
    chart_id,
    min(period_end) filter (where number <= 26) as recent_from,
    (max(period_end) - to_years(2))::date as drawn_from
from numbered_periods
group by chart_id
order by chart_id
