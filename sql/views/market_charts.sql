-- One row per market: the song chart that stands for it where markets are compared.
-- That is the regional chart. Markets are compared by charts of one cadence, the one that most
-- markets have, weekly if as many have a daily one. A market without it is represented by its other
-- chart, where nothing is compared.
-- is_compared: whether the chart has the cadence by which markets are compared
-- first_date: last day of the first period of the chart
-- last_date: last day of the latest period of the chart
-- periods: number of periods of the chart
with

regional_charts as (

    select
        charts.market,
        charts.chart_id,
        charts.cadence,
        min(chart_periods.period_end) as first_date,
        max(chart_periods.period_end) as last_date,
        count(*) as periods
    from charts
    inner join chart_periods on charts.chart_id = chart_periods.chart_id
    where charts.family = 'regional' and charts.kind = 'song' and charts.market is not null
    group by charts.market, charts.chart_id, charts.cadence

),

compared_cadence as (

    select cadence
    from regional_charts
    group by cadence
    order by count(distinct market) desc, cadence desc
    limit 1

)

select
    regional_charts.market,
    regional_charts.chart_id,
    regional_charts.cadence,
    regional_charts.cadence = compared_cadence.cadence as is_compared,
    regional_charts.first_date,
    regional_charts.last_date,
    regional_charts.periods
from regional_charts
cross join compared_cadence
qualify
    row_number() over (
        partition by regional_charts.market
        order by is_compared desc, regional_charts.cadence desc, regional_charts.chart_id asc
    ) = 1
