-- One row per song: the market where it started, and the days until it was in others.
-- Days count from the first date in the first market to that in the fifth, and so on, on charts of
-- the cadence by which most markets can be compared in the time; songs that are asked for have a
-- row for each cadence. Global does not count as a market. Where our history lacks what would tell,
-- as for the songs of its first week, or when it has the charts of few of its markets, the first
-- market or the days are null. So are days to what the song has not reached.
-- variable recordings: only these songs; by default, all that have been in at least two markets
-- variable markets: only songs that started in one of these markets; by default, all
-- variable since: songs that were first on a chart before this day are left out; by default, none
-- variable until: songs that were first on a chart after this day are left out; by default, none
-- first_date: last day of the first period on the chart of any market
-- first_markets: the market, or markets, where it was first; null if unknown
-- of_markets: number of markets whose charts our history has for that period and the one before
-- is_start_known: whether our history tells where it started
-- cadence: cadence of the charts, daily or weekly
-- markets: number of markets where it has been
-- days_to_second: days to the second market; 0 if it started in several
-- days_to_fifth: days to the fifth market
-- days_to_tenth: days to the tenth market
-- days_to_global: days to the global chart; negative if it came there first
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

spreads as (

    select
        recording_key,
        cadence,
        first_date,
        first_markets,
        of_markets,
        len(first_dates) as markets,
        case
            when first_markets is not null and first_dates[2] = earliest_dates[2]
                then first_dates[2] - first_date
        end as days_to_second,
        case
            when first_markets is not null and first_dates[5] = earliest_dates[5]
                then first_dates[5] - first_date
        end as days_to_fifth,
        case
            when first_markets is not null and first_dates[10] = earliest_dates[10]
                then first_dates[10] - first_date
        end as days_to_tenth
    from song_starts
    where
        case
            when getvariable('recordings') is null
                then
                    len(first_dates) > 1
                    and cadence in (select compared_cadence.cadence from compared_cadence)
            else list_contains(getvariable('recordings')::varchar[], recording_key)
        end
        and (
            getvariable('markets') is null
            or list_has_any(first_markets, getvariable('markets')::varchar[])
        )
        and first_date between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

global_starts as (

    select
        chart_recordings.recording_key,
        market_charts.cadence,
        chart_recordings.first_date
    from chart_recordings
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    where
        market_charts.market = 'global'
        and chart_recordings.is_start_known

)

select
    known_recordings.song_name,
    known_recordings.artist_credit,
    spreads.first_markets,
    spreads.of_markets,
    spreads.first_date,
    spreads.first_markets is not null as is_start_known,
    spreads.cadence,
    spreads.markets,
    spreads.days_to_second,
    spreads.days_to_fifth,
    spreads.days_to_tenth,
    case
        when spreads.first_markets is not null
            then global_starts.first_date - spreads.first_date
    end as days_to_global,
    spreads.recording_key
from spreads
inner join known_recordings on spreads.recording_key = known_recordings.recording_key
left join global_starts
    on spreads.recording_key = global_starts.recording_key
    and spreads.cadence = global_starts.cadence
order by
    spreads.first_markets is null asc,
    spreads.markets desc,
    spreads.first_date desc,
    spreads.recording_key asc,
    spreads.cadence desc
