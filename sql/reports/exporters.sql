-- One row per country: what its artists have of other markets' charts, and others of its own.
-- Shares are those of the entries by artists whose home is known, each split equally among its
-- artists. Only markets with ten such artists or more count, each the same. Homes are the countries
-- that MusicBrainz knows, of artists with a Spotify id; `chartlake enrich` asks for them. The chart
-- of a market is the regional one that covers most days of the time, weekly if a daily one covers
-- about as many.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- market: the country
-- export_share: mean share that its artists have in the charts of the other markets
-- import_share: share that artists from elsewhere have in its chart; null if it does not count
-- artists: number of its artists in the charts of other markets
-- markets: number of other markets where they are
-- of_markets: number of other markets that count
-- known_share: share of the entries of these other markets whose artists' homes are known
with

chosen_charts as (

    select
        market_charts.market,
        market_charts.chart_id
    from chart_periods
    inner join market_charts on chart_periods.chart_id = market_charts.chart_id
    where
        market_charts.market <> 'global'
        and chart_periods.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by
        market_charts.market,
        market_charts.chart_id,
        market_charts.cadence,
        market_charts.period_weight
    qualify
        row_number() over (
            partition by market_charts.market
            order by count(*) * market_charts.period_weight desc, market_charts.cadence desc
        ) = 1

),

credited_entries as (

    select
        chosen_charts.market,
        case when len(entries.artist_ids) > 0 then null else entries.artist_credit end
            as artist_credit,
        case when len(entries.artist_ids) > 0 then entries.artist_ids end as artist_ids,
        count(*) as entries
    from entries
    inner join chosen_charts on entries.chart_id = chosen_charts.chart_id
    where
        entries.period_number is not null
        and (entries.artist_credit is not null or len(entries.artist_ids) > 0)
        and entries.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by all

),

listed_artists as (

    select
        credited_entries.market,
        coalesce(
            credited_entries.artist_ids, credits.artist_keys, [credited_entries.artist_credit]
        ) as artist_keys,
        credited_entries.entries
    from credited_entries
    left join credits on credited_entries.artist_credit = credits.artist_credit

),

split_entries as (

    select
        market,
        entries / len(artist_keys) as entries,
        unnest(artist_keys) as artist_key
    from listed_artists

),

home_entries as (

    select
        split_entries.market,
        artist_homes.home_market,
        artist_homes.artist_id,
        split_entries.entries
    from split_entries
    left join artist_homes on split_entries.artist_key = artist_homes.artist_id

),

counted_markets as (

    select
        market,
        sum(entries) filter (where home_market is not null) as known_entries,
        known_entries / sum(entries) as known_share
    from home_entries
    group by market
    having count(distinct artist_id) >= 10

),

home_shares as (

    select
        home_entries.market,
        home_entries.home_market,
        sum(home_entries.entries) / any_value(counted_markets.known_entries) as share
    from home_entries
    inner join counted_markets on home_entries.market = counted_markets.market
    where home_entries.home_market is not null
    group by home_entries.market, home_entries.home_market

),

exporting_artists as (

    select
        home_entries.home_market,
        count(distinct home_entries.artist_id) as artists
    from home_entries
    inner join counted_markets on home_entries.market = counted_markets.market
    where home_entries.home_market <> home_entries.market
    group by home_entries.home_market

),

homes as (

    select home_market from home_shares
    union
    select market from counted_markets

),

-- Each home with each market that counts.
flows as (

    select
        homes.home_market,
        counted_markets.market,
        counted_markets.known_share,
        coalesce(home_shares.share, 0) as share,
        homes.home_market <> counted_markets.market as is_abroad
    from homes
    cross join counted_markets
    left join home_shares
        on homes.home_market = home_shares.home_market
        and counted_markets.market = home_shares.market

)

select
    flows.home_market as market,
    avg(flows.share) filter (where flows.is_abroad) as export_share,
    1 - any_value(flows.share) filter (where not flows.is_abroad) as import_share,
    coalesce(any_value(exporting_artists.artists), 0) as artists,
    count(*) filter (where flows.is_abroad and flows.share > 0) as markets,
    count(*) filter (where flows.is_abroad) as of_markets,
    avg(flows.known_share) filter (where flows.is_abroad) as known_share
from flows
left join exporting_artists on flows.home_market = exporting_artists.home_market
group by flows.home_market
order by round(export_share, 12) desc nulls last, flows.home_market asc
