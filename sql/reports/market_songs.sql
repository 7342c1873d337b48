-- One row per market and year: how many songs of its chart are on no other market's, or on all.
-- Songs are compared period by period, with the markets whose chart our history has for the period,
-- so that a chart that is missing says nothing. All charts have one cadence; global is no market.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- periods: number of periods of the market's chart that have another market's to compare with
-- markets: mean number of markets in a period, this one included
-- songs: mean number of songs in a period
-- own_share: share of the songs that are in no other market in the same period
-- everywhere_share: share of the songs that are in all markets in the same period
with

market_entries as (

    select distinct
        market_charts.market,
        entries.period_end,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id) as recording_key
    from entries
    inner join market_charts on entries.chart_id = market_charts.chart_id
    where
        market_charts.is_compared
        and market_charts.market <> 'global'
        and entries.period_number is not null
        and coalesce(entries.recording_key, entries.recording_id, entries.song_id) is not null
        and entries.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

compared_periods as (

    select
        chart_periods.period_end,
        count(*) as markets
    from chart_periods
    inner join market_charts on chart_periods.chart_id = market_charts.chart_id
    where market_charts.is_compared and market_charts.market <> 'global'
    group by chart_periods.period_end
    having count(*) > 1

),

song_markets as (

    select
        period_end,
        recording_key,
        count(*) as markets
    from market_entries
    group by period_end, recording_key

),

market_periods as (

    select
        market_entries.market,
        market_entries.period_end,
        any_value(compared_periods.markets) as markets,
        count(*) as songs,
        count(*) filter (where song_markets.markets = 1) as own_songs,
        count(*) filter (where song_markets.markets = compared_periods.markets)
            as everywhere_songs
    from market_entries
    inner join song_markets
        on market_entries.period_end = song_markets.period_end
        and market_entries.recording_key = song_markets.recording_key
    inner join compared_periods on market_entries.period_end = compared_periods.period_end
    group by market_entries.market, market_entries.period_end

)

select
    market,
    year(period_end) as year,
    count(*) as periods,
    avg(markets) as markets,
    avg(songs) as songs,
    sum(own_songs) / sum(songs) as own_share,
    sum(everywhere_songs) / sum(songs) as everywhere_share
from market_periods
group by market, year(period_end)
order by year(period_end) desc, own_share desc, market asc
