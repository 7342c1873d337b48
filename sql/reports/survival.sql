-- One row per chart and age: of the songs that entered within history and long enough ago, the
-- share that was still, or again, on the chart that many periods after it entered.
-- age: periods since the song entered
-- songs: how many songs are that old
-- still_there: the share of them that was on the chart then
with

chart_periods as (

    select
        chart_id,
        period_start,
        row_number() over (partition by chart_id order by period_start) as number
    from chart_periods

),

placed as (

    select distinct
        movements.chart_id,
        movements.run_id,
        chart_periods.number
    from movements
    inner join chart_periods
        on movements.chart_id = chart_periods.chart_id
        and movements.period_start = chart_periods.period_start

),

debuts as (

    select
        chart_id,
        run_id,
        min(number) as debut
    from placed
    group by chart_id, run_id
    having min(number) > 1

),

last_numbers as (

    select
        chart_id,
        max(number) as last_number
    from chart_periods
    group by chart_id

),

ages as (

    select
        debuts.chart_id,
        debuts.run_id,
        debuts.debut,
        unnest(range(0, last_numbers.last_number - debuts.debut + 1)) as age
    from debuts
    inner join last_numbers on debuts.chart_id = last_numbers.chart_id

)

select
    ages.chart_id,
    ages.age,
    count(*) as songs,
    count(placed.run_id) / count(*) as still_there
from ages
left join placed
    on ages.chart_id = placed.chart_id
    and ages.run_id = placed.run_id
    and ages.debut + ages.age = placed.number
group by ages.chart_id, ages.age
order by ages.chart_id, ages.age
