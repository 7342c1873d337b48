-- One row per market and year: the share of its chart that local artists have.
-- Each entry of the chart counts the same, split equally among its artists. Homes are the countries
-- that MusicBrainz knows, of artists with a Spotify id; `chartlake enrich` asks for them. The chart
-- is the regional one that covers most days of the year, weekly if a daily one covers about as
-- many; global has none. Shares of the known need ten artists with a home.
-- variable markets: only these markets are listed; by default, all are
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- market: country of the chart, and of its local artists
-- local_share: share of the entries by artists from the country
-- foreign_share: share of the entries by artists from another country
-- unknown_share: share of the entries by artists whose home is unknown
-- local_share_of_known: share of the local artists among those whose home is known
-- change: change of that share since the year before, on a chart of the same cadence
-- artists: number of artists whose home is known
-- periods: number of periods of the chart in the year
-- cadence: cadence of the chart, daily or weekly
with

yearly_charts as (

    select
        market_charts.market,
        market_charts.chart_id,
        market_charts.cadence,
        year(chart_periods.period_end) as year,
        count(*) as periods
    from chart_periods
    inner join market_charts on chart_periods.chart_id = market_charts.chart_id
    where
        market_charts.market <> 'global'
        and chart_periods.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
        and list_contains(
            coalesce(getvariable('markets')::varchar[], [market_charts.market]),
            market_charts.market
        )
    group by
        market_charts.market,
        market_charts.chart_id,
        market_charts.cadence,
        market_charts.period_weight,
        year(chart_periods.period_end)
    qualify
        row_number() over (
            partition by market_charts.market, year(chart_periods.period_end)
            order by count(*) * market_charts.period_weight desc, market_charts.cadence desc
        ) = 1

),

credited_entries as (

    select
        yearly_charts.market,
        yearly_charts.year,
        case when len(entries.artist_ids) > 0 then null else entries.artist_credit end
            as artist_credit,
        case when len(entries.artist_ids) > 0 then entries.artist_ids end as artist_ids,
        count(*) as entries
    from entries
    inner join yearly_charts
        on entries.chart_id = yearly_charts.chart_id
        and year(entries.period_end) = yearly_charts.year
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
        credited_entries.year,
        coalesce(
            credited_entries.artist_ids, credits.artist_keys, [credited_entries.artist_credit]
        ) as artist_keys,
        credited_entries.entries
    from credited_entries
    left join credits on credited_entries.artist_credit = credits.artist_credit

),

artist_entries as (

    select
        market,
        year,
        entries / len(artist_keys) as entries,
        unnest(artist_keys) as artist_key
    from listed_artists

),

yearly_shares as (

    select
        artist_entries.market,
        artist_entries.year,
        sum(artist_entries.entries) as entries,
        coalesce(
            sum(artist_entries.entries) filter (
                where artist_homes.home_market = artist_entries.market
            ),
            0
        ) as local_entries,
        coalesce(
            sum(artist_entries.entries) filter (
                where artist_homes.home_market <> artist_entries.market
            ),
            0
        ) as foreign_entries,
        count(distinct artist_homes.artist_id) as artists,
        case
            when count(distinct artist_homes.artist_id) >= 10
                then local_entries / (local_entries + foreign_entries)
        end as local_share_of_known
    from artist_entries
    left join artist_homes on artist_entries.artist_key = artist_homes.artist_id
    group by artist_entries.market, artist_entries.year

)

select
    shares.market,
    shares.year,
    shares.local_entries / shares.entries as local_share,
    shares.foreign_entries / shares.entries as foreign_share,
    (shares.entries - shares.local_entries - shares.foreign_entries) / shares.entries
        as unknown_share,
    shares.local_share_of_known,
    case
        when yearly_charts.chart_id = charts_before.chart_id
            then shares.local_share_of_known - earlier.local_share_of_known
    end as change,
    shares.artists,
    yearly_charts.periods,
    yearly_charts.cadence
from yearly_shares as shares
inner join yearly_charts
    on shares.market = yearly_charts.market
    and shares.year = yearly_charts.year
left join yearly_charts as charts_before
    on shares.market = charts_before.market
    and shares.year = charts_before.year + 1
left join yearly_shares as earlier
    on shares.market = earlier.market
    and shares.year = earlier.year + 1
order by
    shares.year desc,
    round(shares.local_share_of_known, 12) desc nulls last,
    shares.market asc
