-- One row per market and genre: the genre's share in the song charts of the market.
-- Of a market's charts, the regional ones count, each period the same. The weight of an artist is
-- split equally among the artist's genres; it counts as `unknown` if no genre is known.
-- variable markets: only these markets are listed; by default, all are
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- market: country of the charts as ISO 3166-1 alpha-2 code in lower case, or global
-- genre: genre of the artist, or `unknown`
-- periods: number of periods of the market's charts
-- share: share of the weight, from 0 to 1
-- known_share: share of the weight whose genre is known, from 0 to 1
-- share_of_known: share of the weight whose genre is known; null for `unknown`
-- times_elsewhere: how many times the mean of the other markets it is; null if none has it
with

period_weights as (

    select
        entry_artists.chart_id,
        entry_artists.period_start,
        any_value(charts.market) as market,
        sum(entry_artists.weight) as weight
    from entry_artists
    inner join charts on entry_artists.chart_id = charts.chart_id
    where
        charts.market is not null
        and charts.family = 'regional'
        and entry_artists.period_end
        between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by entry_artists.chart_id, entry_artists.period_start

),

market_periods as (

    select
        market,
        count(*) as periods
    from period_weights
    group by market

),

listed_weights as (

    select
        period_weights.market,
        case when len(entry_artists.genres) > 0 then entry_artists.genres else ['unknown'] end
            as genres,
        sum(entry_artists.weight / nullif(period_weights.weight, 0)) as weight
    from entry_artists
    inner join period_weights
        on entry_artists.chart_id = period_weights.chart_id
        and entry_artists.period_start = period_weights.period_start
    group by all

),

genre_weights as (

    select
        market,
        weight / len(genres) as weight,
        unnest(genres) as genre
    from listed_weights

),

genre_shares as (

    select
        market,
        genre,
        sum(weight) / sum(sum(weight)) over (partition by market) as share
    from genre_weights
    group by market, genre

),

known_shares as (

    select
        *,
        coalesce(sum(share) filter (where genre <> 'unknown') over by_market, 0) as known_share,
        case when genre <> 'unknown' then share / nullif(known_share, 0) end as share_of_known
    from genre_shares
    window by_market as (partition by market)

),

known_markets as (

    select count(*) filter (where has_genres) as markets
    from (
        select
            market,
            bool_or(genre <> 'unknown') as has_genres
        from genre_shares
        group by market
    ) as counted_markets

),

compared_shares as (

    select
        known_shares.*,
        (sum(known_shares.share_of_known) over by_genre - known_shares.share_of_known)
        / nullif(known_markets.markets - 1, 0) as elsewhere
    from known_shares
    cross join known_markets
    window by_genre as (partition by known_shares.genre)

)

select
    compared_shares.market,
    compared_shares.genre,
    market_periods.periods,
    compared_shares.share,
    compared_shares.known_share,
    compared_shares.share_of_known,
    compared_shares.share_of_known / nullif(compared_shares.elsewhere, 0) as times_elsewhere
from compared_shares
inner join market_periods on compared_shares.market = market_periods.market
where
    list_contains(
        coalesce(getvariable('markets')::varchar[], [compared_shares.market]),
        compared_shares.market
    )
order by
    compared_shares.market asc,
    round(compared_shares.share, 12) desc,
    compared_shares.genre asc
