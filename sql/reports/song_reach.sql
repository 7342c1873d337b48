-- One row per song: in how many markets it has been, of those whose charts could have shown it.
-- Only markets count whose chart our history has for a period between the song's first and last. A
-- chart that is missing says nothing; with fewer than three markets, no share is given. All charts
-- have the cadence by which most markets can be compared in the time; songs that are asked for have
-- a row for each cadence. Global is no market.
-- variable recordings: only these songs are listed; by default, those of the latest charts
-- variable markets: only songs that have been in one of these markets; by default, all
-- variable since: songs that left all markets before this day are left out; by default, none
-- variable until: songs that came to a market after this day first are left out; by default, none
-- cadence: cadence of the charts, daily or weekly
-- markets: number of markets where it has been
-- of_markets: number of markets with a chart in the time of the song
-- reach_share: share of these markets where it has been; null with fewer than three
-- best_markets: markets where it was highest
-- peak_position: highest position in a market
-- first_date: last day of its first period in a market
-- last_date: last day of its latest period in a market
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

market_songs as (

    select
        market_charts.market,
        market_charts.cadence,
        chart_recordings.*,  -- noqa: AM04
        min(chart_recordings.peak_position) over by_song as best_position
    from chart_recordings
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    where
        market_charts.market <> 'global'
        and (
            getvariable('recordings') is not null
            or market_charts.cadence in (select compared_cadence.cadence from compared_cadence)
        )
    window by_song as (partition by chart_recordings.recording_key, market_charts.cadence)

),

-- The latest period of which several markets have a chart.
latest_date as (

    select max(market_periods.period_end) as last_date
    from market_periods
    inner join compared_cadence on market_periods.cadence = compared_cadence.cadence
    where
        market_periods.markets > 1
        and market_periods.period_end <= coalesce(getvariable('until')::date, 'infinity'::date)

),

songs as (

    select
        recording_key,
        cadence,
        count(*) as markets,
        list_sort(list(market)) as market_names,
        list_sort(list(market) filter (where peak_position = best_position)) as best_markets,
        min(peak_position) as peak_position,
        min(first_date) as first_date,
        max(last_date) as last_date
    from market_songs
    group by recording_key, cadence

),

listed_songs as (

    select songs.*
    from songs
    cross join latest_date
    where
        songs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
        and songs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
        and case
            when getvariable('recordings') is null then songs.last_date >= latest_date.last_date
            else list_contains(getvariable('recordings')::varchar[], songs.recording_key)
        end
        and (
            getvariable('markets') is null
            or list_has_any(songs.market_names, getvariable('markets')::varchar[])
        )

),

times as (

    select distinct
        cadence,
        first_date,
        last_date
    from listed_songs

),

watched_markets as (

    select
        times.cadence,
        times.first_date,
        times.last_date,
        count(distinct market_charts.market) as markets
    from times
    inner join chart_periods
        on chart_periods.period_end between times.first_date and times.last_date
    inner join market_charts
        on chart_periods.chart_id = market_charts.chart_id
        and times.cadence = market_charts.cadence
    where market_charts.market <> 'global'
    group by times.cadence, times.first_date, times.last_date

)

select
    known_recordings.song_name,
    known_recordings.artist_credit,
    listed_songs.cadence,
    listed_songs.markets,
    watched_markets.markets as of_markets,
    case
        when watched_markets.markets >= 3 then listed_songs.markets / watched_markets.markets
    end as reach_share,
    listed_songs.best_markets,
    listed_songs.peak_position,
    listed_songs.first_date,
    listed_songs.last_date,
    listed_songs.recording_key
from listed_songs
inner join watched_markets
    on listed_songs.cadence = watched_markets.cadence
    and listed_songs.first_date = watched_markets.first_date
    and listed_songs.last_date = watched_markets.last_date
inner join known_recordings on listed_songs.recording_key = known_recordings.recording_key
order by
    listed_songs.markets desc,
    listed_songs.peak_position asc,
    listed_songs.first_date asc,
    listed_songs.recording_key asc,
    listed_songs.cadence desc
