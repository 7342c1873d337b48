-- One row per chart and age: the share of songs on the chart that many periods after their debut.
-- Only runs that began after the first period of our history count, and only up to the age that
-- history covers. Re-entries count.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- age: number of periods since the debut
-- songs: number of runs that history covers up to this age
-- still_there: share of these runs that were on the chart at this age
with

counted_periods as (

    select
        chart_id,
        period_number,
        period_end,
        number,
        count(*) over (partition by chart_id) as last_number
    from numbered_periods

),

-- The runs of the same debut, period by period: their number at each age.
run_counts as (

    select
        chart_id,
        first_number,
        period_number,
        count(*) as runs
    from entries
    where is_highest
    group by chart_id, first_number, period_number

),

aged_counts as (

    select
        run_counts.chart_id,
        debuts.number as debut,
        counted_periods.number - debuts.number as age,
        run_counts.runs
    from run_counts
    inner join counted_periods as debuts
        on run_counts.chart_id = debuts.chart_id
        and run_counts.first_number = debuts.period_number
    inner join counted_periods
        on run_counts.chart_id = counted_periods.chart_id
        and run_counts.period_number = counted_periods.period_number
    where
        debuts.number > 1
        and debuts.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

counted_ages as (

    select
        chart_id,
        age,
        sum(runs) as runs
    from aged_counts
    group by chart_id, age

),

-- History covers an age for the runs that began at least that many periods before its end.
covered_ages as (

    select
        counted_periods.chart_id,
        counted_periods.last_number - counted_periods.number as age,
        sum(coalesce(aged_counts.runs, 0)) over (
            partition by counted_periods.chart_id
            order by counted_periods.number
        ) as songs
    from counted_periods
    left join aged_counts
        on counted_periods.chart_id = aged_counts.chart_id
        and counted_periods.number = aged_counts.debut
        and aged_counts.age = 0

)

select
    covered_ages.chart_id,
    covered_ages.age,
    covered_ages.songs::bigint as songs,
    coalesce(counted_ages.runs, 0) / covered_ages.songs as still_there
from covered_ages
left join counted_ages
    on covered_ages.chart_id = counted_ages.chart_id
    and covered_ages.age = counted_ages.age
where covered_ages.songs > 0
order by covered_ages.chart_id, covered_ages.age
