-- One row per chart and age: the share of songs on the chart that many periods after their debut.
-- Missing periods count in the age. At each age, only songs count for which history has the period
-- of that age; their debut is known, as in run_lives. Re-entries count.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- age: number of periods since the debut
-- songs: number of songs for which history has the period of this age
-- still_there: share of these that were on the chart in it; null if they are fewer than 10
with

wanted_lives as (

    select
        chart_id,
        run_id,
        first_number
    from run_lives
    where
        first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

debuts as (

    select
        chart_id,
        first_number,
        count(*) as songs
    from wanted_lives
    group by chart_id, first_number

),

-- Periods in a row that history has.
stretches as (

    select
        chart_id,
        min(period_number) as first_number,
        max(period_number) as last_number
    from numbered_periods
    group by chart_id, period_number - number

),

-- Each stretch has the songs of a debut from an age on, and no longer from another one on.
changes as (

    select
        debuts.chart_id,
        unnest([
            greatest(stretches.first_number - debuts.first_number, 0),
            stretches.last_number - debuts.first_number + 1
        ]) as age,
        unnest([debuts.songs, -debuts.songs]) as songs
    from debuts
    inner join stretches
        on debuts.chart_id = stretches.chart_id
        and debuts.first_number <= stretches.last_number

),

summed_changes as (

    select
        chart_id,
        age,
        sum(songs) as songs
    from changes
    group by chart_id, age

),

last_ages as (

    select
        chart_id,
        max(age) as last_age
    from summed_changes
    group by chart_id

),

digits as (

    select listed.digit
    from (values (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) as listed (digit)

),

-- As many as 27 years have days.
numbers as (

    select ones.digit + 10 * tens.digit + 100 * hundreds.digit + 1000 * thousands.digit as number
    from digits as ones
    cross join digits as tens
    cross join digits as hundreds
    cross join digits as thousands

),

ages as (

    select
        last_ages.chart_id,
        numbers.number as age,
        sum(coalesce(summed_changes.songs, 0)) over (
            partition by last_ages.chart_id
            order by numbers.number
        ) as songs
    from last_ages
    inner join numbers on last_ages.last_age > numbers.number
    left join summed_changes
        on last_ages.chart_id = summed_changes.chart_id
        and numbers.number = summed_changes.age

),

present_counts as (

    select
        entries.chart_id,
        entries.period_number - entries.first_number as age,
        count(*) as songs
    from entries
    inner join wanted_lives
        on entries.chart_id = wanted_lives.chart_id
        and coalesce(entries.run_id, entries.recording_id) = wanted_lives.run_id
    where entries.is_highest
    group by entries.chart_id, entries.period_number - entries.first_number

)

select
    ages.chart_id,
    ages.age,
    ages.songs::bigint as songs,
    case when ages.songs >= 10 then coalesce(present_counts.songs, 0) / ages.songs end
        as still_there
from ages
left join present_counts
    on ages.chart_id = present_counts.chart_id
    and ages.age = present_counts.age
where ages.songs > 0
order by ages.chart_id, ages.age
