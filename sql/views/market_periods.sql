-- One row per cadence and period: for how many markets history has a chart of it.
-- Global is no market. A market is followed from its chart's first period to the one after its
-- latest, and watched if history has its charts of the period and of the one before. What is new
-- in a period is new in all markets only if at least two are watched, and nine of ten of those
-- that are followed. Markets are compared by the cadence for which the sum of weights is highest.
-- markets: number of markets whose chart history has for the period
-- watched_markets: number of these whose chart it has for the period before, too
-- followed_markets: number of markets that are followed in the period
-- is_watched: whether a song that is new in the period is new in all markets that are followed
-- weight: number of pairs of markets, both orders, times the period_weight of market_charts
with

market_periods as (

    select
        market_charts.cadence,
        market_charts.period_weight,
        chart_periods.period_end,
        coalesce(
            lag(chart_periods.period_number) over in_order = chart_periods.period_number - 1, false
        ) as has_period_before
    from chart_periods
    inner join market_charts on chart_periods.chart_id = market_charts.chart_id
    where market_charts.market <> 'global'
    window in_order as (
        partition by chart_periods.chart_id order by chart_periods.period_number
    )

),

counted_periods as (

    select
        cadence,
        period_end,
        count(*) as markets,
        count(*) filter (where has_period_before) as watched_markets,
        count(*) * (count(*) - 1) * max(period_weight) as weight
    from market_periods
    group by cadence, period_end

),

followed as (

    select
        counted_periods.cadence,
        counted_periods.period_end,
        count(*) as markets
    from counted_periods
    inner join market_charts
        on counted_periods.cadence = market_charts.cadence
        and counted_periods.period_end >= market_charts.first_date
        and counted_periods.period_end
        <= market_charts.last_date + case when market_charts.cadence = 'daily' then 1 else 7 end
    where market_charts.market <> 'global'
    group by counted_periods.cadence, counted_periods.period_end

)

select
    counted_periods.cadence,
    counted_periods.period_end,
    counted_periods.markets,
    counted_periods.watched_markets,
    followed.markets as followed_markets,
    counted_periods.watched_markets >= 2
    and 10 * counted_periods.watched_markets >= 9 * followed.markets as is_watched,
    counted_periods.weight
from counted_periods
inner join followed
    on counted_periods.cadence = followed.cadence
    and counted_periods.period_end = followed.period_end
