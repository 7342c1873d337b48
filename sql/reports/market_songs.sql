-- One row per market and year: how many songs of its chart are on no other market's, or on all.
-- Songs are compared period by period, with the markets whose chart our history has for the period,
-- so that a chart that is missing says nothing. The charts of a year have one cadence: that by
-- which most markets can be compared in the time. Global is no market.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- cadence: cadence of the charts, daily or weekly
-- periods: number of periods of the market's chart that have another market's to compare with
-- markets: mean number of markets in a period, this one included
-- songs: mean number of songs in a period
-- own_share: share of the songs that are in no other market in the same period
-- everywhere_share: share of the songs that are in all markets in the same period
with

compared_cadences as (

    select
        year(period_end) as year,
        cadence
    from market_periods
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by year(period_end), cadence
    qualify
        row_number() over (
            partition by year(period_end) order by sum(weight) desc, cadence desc
        ) = 1

),

compared_periods as (

    select
        market_periods.cadence,
        market_periods.period_end,
        market_periods.markets
    from market_periods
    inner join compared_cadences
        on market_periods.cadence = compared_cadences.cadence
        and year(market_periods.period_end) = compared_cadences.year
    where market_periods.markets > 1

),

market_entries as (

    select distinct
        market_charts.market,
        market_charts.cadence,
        compared_periods.markets,
        entries.period_end,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id) as recording_key
    from entries
    inner join market_charts on entries.chart_id = market_charts.chart_id
    inner join compared_periods
        on market_charts.cadence = compared_periods.cadence
        and entries.period_end = compared_periods.period_end
    where
        market_charts.market <> 'global'
        and entries.period_number is not null
        and coalesce(entries.recording_key, entries.recording_id, entries.song_id) is not null
        and entries.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

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
        market_entries.cadence,
        market_entries.period_end,
        market_entries.markets,
        count(*) as songs,
        count(*) filter (where song_markets.markets = 1) as own_songs,
        count(*) filter (where song_markets.markets = market_entries.markets)
            as everywhere_songs
    from market_entries
    inner join song_markets
        on market_entries.period_end = song_markets.period_end
        and market_entries.recording_key = song_markets.recording_key
    group by
        market_entries.market,
        market_entries.cadence,
        market_entries.period_end,
        market_entries.markets

)

select
    market,
    year(period_end) as year,
    cadence,
    count(*) as periods,
    avg(markets) as markets,
    avg(songs) as songs,
    sum(own_songs) / sum(songs) as own_share,
    sum(everywhere_songs) / sum(songs) as everywhere_share
from market_periods
group by market, year(period_end), cadence
order by year(period_end) desc, own_share desc, market asc
