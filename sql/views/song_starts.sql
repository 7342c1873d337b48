-- One row per recording and cadence: in which market it started, and when it came to the others.
-- Global is no market. The first market is that of the charts of the cadence that history has. It
-- is unknown if history lacks a period in which the song may have come to a market first, or if
-- too few of the markets that it follows were watched then, as in market_periods. An arrival when
-- too few were watched may be later than that in another market, so it is possible a day earlier.
-- recording_key: key of the recording
-- cadence: cadence of the charts, daily or weekly
-- first_date: last day of the first period on the chart of any market
-- first_markets: the markets of that period, sorted; null if unknown
-- of_markets: number of markets whose chart history has for that period and for the one before
-- first_dates: the same as first_date for each market in which it has been, the earliest first
-- earliest_dates: last days of the earliest periods in which it can have come, the earliest first
with

starts as (

    select
        market_charts.market,
        market_charts.cadence,
        chart_recordings.recording_key,
        chart_recordings.first_date,
        chart_recordings.is_start_known,
        market_periods.is_watched,
        market_periods.watched_markets,
        case
            when chart_recordings.earliest_date is null then '-infinity'::date
            when market_periods.is_watched or not chart_recordings.is_start_known
                then chart_recordings.earliest_date
            else chart_recordings.first_date - 1
        end as earliest_date,
        min(chart_recordings.first_date) over (
            partition by chart_recordings.recording_key, market_charts.cadence
        ) as song_date
    from chart_recordings
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    inner join market_periods
        on market_charts.cadence = market_periods.cadence
        and chart_recordings.first_date = market_periods.period_end
    where market_charts.market <> 'global'

)

select
    recording_key,
    cadence,
    min(song_date) as first_date,
    case
        when
            bool_and(
                case
                    when first_date = song_date then is_start_known and is_watched
                    else is_start_known or earliest_date > song_date
                end
            )
            then list_sort(list(market) filter (where first_date = song_date))
    end as first_markets,
    max(watched_markets) filter (where first_date = song_date) as of_markets,
    list_sort(list(first_date)) as first_dates,
    list_sort(list(earliest_date)) as earliest_dates
from starts
group by recording_key, cadence
