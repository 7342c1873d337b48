-- One row per pair of markets and month: how many songs their charts share.
-- A month is represented by one period that ends in it: the one for which our history has most
-- markets, the latest of several, on charts of the cadence by which most markets can be compared in
-- the month. Charts are compared down to the lowest position of the shortest, leaving out
-- incomplete ones. Global is no market. Both orders of a pair are rows.
-- other_market: the market that the market is compared with
-- month: first day of the month
-- cadence: cadence of both charts, daily or weekly
-- period_end: last day of the period that represents the month
-- shared_songs: number of songs on both charts
-- songs: number of songs on either chart
-- overlap_share: share of the songs on either chart that are on both: the Jaccard index
with

compared_periods as (

    select
        market_charts.market,
        market_charts.cadence,
        market_charts.period_weight,
        chart_periods.chart_id,
        chart_periods.snapshot_at,
        chart_periods.period_end,
        date_trunc('month', chart_periods.period_end)::date as month,
        count(*) over (
            partition by market_charts.cadence, chart_periods.period_end
        ) as markets
    from chart_periods
    inner join market_charts on chart_periods.chart_id = market_charts.chart_id
    where market_charts.market <> 'global' and chart_periods.is_complete
    qualify markets > 1

),

weighted_periods as (

    select
        *,
        sum((markets - 1) * period_weight) over (partition by month, cadence) as weight
    from compared_periods

),

chosen_periods as (

    select *
    from weighted_periods
    qualify
        rank() over (
            partition by month
            order by weight desc, cadence desc, markets desc, period_end desc
        ) = 1

),

chosen_entries as (

    select
        chosen_periods.market,
        chosen_periods.month,
        chosen_periods.cadence,
        chosen_periods.period_end,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id) as recording_key,
        entries.position,
        entries.lowest_position
    from entries
    inner join chosen_periods
        on entries.chart_id = chosen_periods.chart_id
        and entries.snapshot_at = chosen_periods.snapshot_at

),

deep_entries as (

    select
        *,
        min(lowest_position) over (partition by month) as depth
    from chosen_entries

),

market_songs as (

    select distinct
        market,
        month,
        cadence,
        period_end,
        recording_key
    from deep_entries
    where position <= depth and recording_key is not null

),

market_sizes as (

    select
        market,
        month,
        cadence,
        period_end,
        count(*) as songs
    from market_songs
    group by market, month, cadence, period_end

),

shared as (

    select
        market_songs.market,
        others.market as other_market,
        market_songs.month,
        count(*) as songs
    from market_songs
    inner join market_songs as others
        on market_songs.month = others.month
        and market_songs.recording_key = others.recording_key
        and market_songs.market <> others.market
    group by market_songs.market, others.market, market_songs.month

)

select
    one.market,
    other.market as other_market,
    one.month,
    one.cadence,
    one.period_end,
    coalesce(shared.songs, 0) as shared_songs,
    one.songs + other.songs - coalesce(shared.songs, 0) as songs,
    coalesce(shared.songs, 0) / (one.songs + other.songs - coalesce(shared.songs, 0))
        as overlap_share
from market_sizes as one
inner join market_sizes as other on one.month = other.month and one.market <> other.market
left join shared
    on one.month = shared.month
    and one.market = shared.market
    and other.market = shared.other_market
