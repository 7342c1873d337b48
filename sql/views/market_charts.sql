-- One row per market and cadence: the regional song chart of the market.
-- Markets are compared by charts of one cadence: the one by which most pairs of markets can be
-- compared for most days of the time that is asked for, as market_periods counts them. Where
-- nothing is compared, a market is represented by its latest chart. A week counts as nine days, so
-- that weekly charts are taken where daily ones cover about the same time.
-- is_latest: whether no other chart of the market has a later period; of several, the longest
-- first_date: last day of the first period of the chart
-- last_date: last day of the latest period of the chart
-- periods: number of periods of the chart
-- period_weight: days that a period counts where one of two charts is taken: 1, or 9 for a week
with

regional_charts as (

    select
        charts.market,
        charts.chart_id,
        charts.cadence,
        case when charts.cadence = 'weekly' then 9 else 1 end as period_weight,
        min(chart_periods.period_end) as first_date,
        max(chart_periods.period_end) as last_date,
        count(*) as periods
    from charts
    inner join chart_periods on charts.chart_id = chart_periods.chart_id
    where charts.family = 'regional' and charts.kind = 'song' and charts.market is not null
    group by charts.market, charts.chart_id, charts.cadence

)

select
    market,
    chart_id,
    cadence,
    row_number() over (
        partition by market
        order by last_date desc, periods * period_weight desc, cadence desc, chart_id asc
    ) = 1 as is_latest,
    first_date,
    last_date,
    periods,
    period_weight
from regional_charts
