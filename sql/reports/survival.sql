-- One row per chart and age: the share of songs on the chart that many periods after their debut.
-- Only runs that began after the first period of our history count, and only up to the age that
-- history covers. Re-entries count.
-- age: number of periods since the debut
-- songs: number of runs that history covers up to this age
-- still_there: share of these runs that were on the chart at this age
with

numbered_periods as (

    select
        chart_id,
        period_start,
        row_number() over (partition by chart_id order by period_start) as number
    from chart_periods

),

run_periods as (

    select distinct
        movements.chart_id,
        movements.run_id,
        numbered_periods.number
    from movements
    inner join numbered_periods
        on movements.chart_id = numbered_periods.chart_id
        and movements.period_start = numbered_periods.period_start

),

debuts as (

    select
        chart_id,
        run_id,
        min(number) as debut
    from run_periods
    group by chart_id, run_id
    having min(number) > 1

),

last_numbers as (

    select
        chart_id,
        max(number) as last_number
    from numbered_periods
    group by chart_id

),

run_ages as (

    select
        debuts.chart_id,
        debuts.run_id,
        debuts.debut,
        unnest(range(0, last_numbers.last_number - debuts.debut + 1)) as age
    from debuts
    inner join last_numbers on debuts.chart_id = last_numbers.chart_id

)

select
    run_ages.chart_id,
    run_ages.age,
    count(*) as songs,
    count(run_periods.run_id) / count(*) as still_there
from run_ages
left join run_periods
    on run_ages.chart_id = run_periods.chart_id
    and run_ages.run_id = run_periods.run_id
    and run_ages.debut + run_ages.age = run_periods.number
group by run_ages.chart_id, run_ages.age
order by run_ages.chart_id, run_ages.age
