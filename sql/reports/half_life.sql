-- One row per chart: how long songs stay on the chart.
-- A song counts if history has its debut, and is followed up to the latest period or the first gap
-- of more than two, as in run_lives. The half-life is the Kaplan-Meier estimate of all songs, those
-- that are still there included, as in survival_by_year: none from fewer than 20 songs, or where
-- fewer than 10 are at risk. The other figures are of those that left, of 10 at least.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- songs: number of songs whose debut history has
-- finished_runs: number of these whose end history has
-- median_periods: median number of periods of finished runs
-- half_life: number of periods that half of the songs do not exceed; null if unknown
-- longest: number of periods of the longest finished run
with

lives as (

    select
        chart_id,
        life,
        is_ended
    from run_lives
    where
        first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

life_counts as (

    select
        chart_id,
        life,
        count(*) as songs,
        count(*) filter (where is_ended) as ended
    from lives
    group by chart_id, life

),

at_risk as (

    select
        *,
        sum(songs) over (partition by chart_id order by life desc) as risk
    from life_counts

),

-- The product is a sum of logarithms, which more engines have; it is 0 once all at risk ended.
curves as (

    select
        *,
        case
            when min(risk - ended) over by_life = 0 then 0
            else exp(sum(ln(nullif(risk - ended, 0) / risk)) over by_life)
        end as survival
    from at_risk
    window by_life as (partition by chart_id order by life)

),

half_lives as (

    select
        chart_id,
        sum(songs)::bigint as songs,
        min(life) filter (where survival < 0.5 + 1e-9 and risk >= 10) as half_life
    from curves
    group by chart_id

),

finished_runs as (

    select
        chart_id,
        count(*) as finished_runs,
        median(life) as median_periods,
        max(life) as longest
    from lives
    where is_ended
    group by chart_id

)

select
    half_lives.chart_id,
    half_lives.songs,
    coalesce(finished_runs.finished_runs, 0) as finished_runs,
    case when finished_runs.finished_runs >= 10 then finished_runs.median_periods end
        as median_periods,
    case when half_lives.songs >= 20 then half_lives.half_life end as half_life,
    case when finished_runs.finished_runs >= 10 then finished_runs.longest end as longest
from half_lives
left join finished_runs on half_lives.chart_id = finished_runs.chart_id
order by half_lives.chart_id
