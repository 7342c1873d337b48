-- One row per market: how many songs it had before all others, and how often it is ahead of one.
-- It counts songs whose first market is known, in markets to which they came at a known time, and
-- only if there are at least two of these. Global is no market. All charts have one cadence: that
-- by which most markets can be compared in the time. Of a market with fewer than ten such songs,
-- shares and the median are null.
-- variable since: songs that were first on a chart before this day do not count; by default, all do
-- variable until: songs that were first on a chart after this day do not count; by default, all do
-- ahead_share: share of all pairs of a song and another market in which it came here first
-- behind_share: share of these pairs in which it came to the other market first
-- median_lead: median days from its arrival here to that in the other market; negative if later
-- first_songs: number of songs that were here first, and nowhere else at the same time
-- first_share: share of the songs that were here first, and nowhere else
-- shared_first_songs: number of songs that started here and elsewhere in the same period
-- songs: number of songs that count, on which these figures rest
with

compared_cadence as (

    select cadence
    from market_periods
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by cadence
    order by sum(weight) desc, cadence desc
    limit 1

),

arrivals as (

    select
        market_charts.market,
        chart_recordings.recording_key,
        chart_recordings.first_date,
        song_starts.first_markets,
        count(*) over (partition by chart_recordings.recording_key) as markets
    from chart_recordings
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    inner join compared_cadence on market_charts.cadence = compared_cadence.cadence
    inner join song_starts
        on chart_recordings.recording_key = song_starts.recording_key
        and market_charts.cadence = song_starts.cadence
    where
        market_charts.market <> 'global'
        and chart_recordings.is_start_known
        and song_starts.first_markets is not null
        and song_starts.first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    qualify markets > 1

),

market_songs as (

    select
        market,
        count(*) as songs,
        count(*) filter (where first_markets = [market]) as first_songs,
        count(*) filter (
            where list_contains(first_markets, market) and len(first_markets) > 1
        ) as shared_first_songs
    from arrivals
    group by market

),

leads as (

    select
        arrivals.market,
        quantile_disc(others.first_date - arrivals.first_date, 0.5) as median_lead,
        avg((others.first_date > arrivals.first_date)::integer) as ahead_share,
        avg((others.first_date < arrivals.first_date)::integer) as behind_share
    from arrivals
    inner join arrivals as others
        on arrivals.recording_key = others.recording_key
        and arrivals.market <> others.market
    group by arrivals.market

),

market_figures as (

    select
        market_songs.market,
        case when market_songs.songs >= 10 then leads.ahead_share end as ahead_share,
        case when market_songs.songs >= 10 then leads.behind_share end as behind_share,
        case when market_songs.songs >= 10 then leads.median_lead end as median_lead,
        case when market_songs.songs >= 10 then market_songs.first_songs / market_songs.songs end
            as first_share,
        market_songs.first_songs,
        market_songs.shared_first_songs,
        market_songs.songs
    from market_songs
    inner join leads on market_songs.market = leads.market

)

select
    market,
    ahead_share,
    behind_share,
    median_lead,
    first_share,
    first_songs,
    shared_first_songs,
    songs
from market_figures
order by round(ahead_share - behind_share, 12) desc nulls last, market asc
