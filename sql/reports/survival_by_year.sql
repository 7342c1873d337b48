-- One row per chart and year: how long the songs that entered in the year last, and is it changing.
-- The life of a song is the number of its periods on the chart, re-entries included. Songs are
-- followed up to the latest period, or the first gap of more than two, as in run_lives. If a song
-- is still there, its life is at least as long: it is censored. Songs whose debut history may have
-- missed do not count.
-- Kaplan-Meier estimates the share that lasts longer than t periods: the product, over each length
-- up to t, of 1 - ended / at risk. The median has a confidence interval of 95 % by Brookmeyer and
-- Crowley, from Greenwood's variance on the log-log scale. A log-rank test compares the lives with
-- those of the year before. There are no estimates from fewer than 20 songs, and none at a length
-- for which fewer than 10 are at risk, that is, are known to have lasted so long.
-- variable since: runs that began before this day do not count; by default, all do
-- variable until: runs that began after this day do not count; by default, all do
-- year: year in which the songs entered the chart
-- songs: number of songs
-- ended: number of these whose end history has
-- median_periods: number of periods that half of them do not exceed; null if unknown yet
-- median_low: lower end of the interval of the median
-- median_high: upper end of the interval of the median; null if unknown
-- beyond_4_share: share that lasts longer than 4 periods; null if fewer than 10 are at risk
-- beyond_13_share: share that lasts longer than 13 periods
-- beyond_26_share: share that lasts longer than 26 periods
-- beyond_52_share: share that lasts longer than 52 periods
-- change: longer, shorter, or no clear change (|z| under 1.96) since the year before
-- change_z: z of the log-rank test; negative if songs last longer than those of the year before
with

lives as (

    select
        chart_id,
        year(first_date) as year,
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
        year,
        life,
        count(*) as songs,
        count(*) filter (where is_ended) as ended
    from lives
    group by chart_id, year, life

),

at_risk as (

    select
        *,
        sum(songs) over (partition by chart_id, year order by life desc) as risk
    from life_counts

),

-- The product is a sum of logarithms, which more engines have; it is 0 once all at risk ended.
curves as (

    select
        *,
        case
            when min(risk - ended) over by_life = 0 then 0
            else exp(sum(ln(nullif(risk - ended, 0) / risk)) over by_life)
        end as survival,
        sum(ended / nullif(risk * (risk - ended), 0)) over by_life as variance
    from at_risk
    window by_life as (partition by chart_id, year order by life)

),

banded_curves as (

    select
        *,
        case when survival < 1 then 1.959964 * sqrt(variance) / -ln(nullif(survival, 0)) end
            as margin,
        case when survival = 0 then 0 else survival ** exp(margin) end as low,
        survival ** exp(-margin) as high
    from curves

),

estimates as (

    select
        chart_id,
        year,
        sum(songs)::bigint as songs,
        sum(ended)::bigint as ended,
        min(life) filter (where survival < 0.5 + 1e-9 and risk >= 10) as median_periods,
        min(life) filter (where low < 0.5 + 1e-9 and risk >= 10) as median_low,
        min(life) filter (where high < 0.5 + 1e-9 and risk >= 10) as median_high,
        case
            when sum(songs) filter (where life >= 4) >= 10
                then coalesce(min(survival) filter (where life <= 4), 1)
        end as beyond_4_share,
        case
            when sum(songs) filter (where life >= 13) >= 10
                then coalesce(min(survival) filter (where life <= 13), 1)
        end as beyond_13_share,
        case
            when sum(songs) filter (where life >= 26) >= 10
                then coalesce(min(survival) filter (where life <= 26), 1)
        end as beyond_26_share,
        case
            when sum(songs) filter (where life >= 52) >= 10
                then coalesce(min(survival) filter (where life <= 52), 1)
        end as beyond_52_share
    from banded_curves
    group by chart_id, year

),

-- Each year beside the one before: at every length, who was at risk in both, and who ended.
paired_counts as (

    select
        chart_id,
        unnest([year, year + 1]) as year,
        unnest([songs, 0]) as songs,
        unnest([ended, 0]) as ended,
        unnest([0, songs]) as songs_before,
        unnest([0, ended]) as ended_before,
        life
    from life_counts

),

paired_risks as (

    select
        chart_id,
        year,
        sum(ended) as ended,
        sum(ended) + sum(ended_before) as all_ended,
        sum(sum(songs)) over by_life as risk,
        sum(sum(songs_before)) over by_life as risk_before
    from paired_counts
    group by chart_id, year, life
    window by_life as (partition by chart_id, year order by life desc)

),

expected_ends as (

    select
        *,
        risk + risk_before as all_risk,
        all_ended * risk / all_risk as expected,
        risk * risk_before * all_ended * (all_risk - all_ended)
        / nullif(all_risk * all_risk * (all_risk - 1), 0) as variance
    from paired_risks

),

tests as (

    select
        chart_id,
        year,
        max(risk) as songs,
        max(risk_before) as songs_before,
        sum(ended - expected) / nullif(sqrt(sum(variance)), 0) as z
    from expected_ends
    group by chart_id, year

)

select
    estimates.chart_id,
    estimates.year,
    estimates.songs,
    estimates.ended,
    case when estimates.songs >= 20 then estimates.median_periods end as median_periods,
    case when estimates.songs >= 20 then estimates.median_low end as median_low,
    case when estimates.songs >= 20 then estimates.median_high end as median_high,
    case when estimates.songs >= 20 then estimates.beyond_4_share end as beyond_4_share,
    case when estimates.songs >= 20 then estimates.beyond_13_share end as beyond_13_share,
    case when estimates.songs >= 20 then estimates.beyond_26_share end as beyond_26_share,
    case when estimates.songs >= 20 then estimates.beyond_52_share end as beyond_52_share,
    case
        when tests.z <= -1.959964 then 'longer'
        when tests.z >= 1.959964 then 'shorter'
        when tests.z is not null then 'no clear change'
    end as change,
    tests.z as change_z
from estimates
left join tests
    on estimates.chart_id = tests.chart_id
    and estimates.year = tests.year
    and tests.songs >= 20
    and tests.songs_before >= 20
order by estimates.chart_id, estimates.year
