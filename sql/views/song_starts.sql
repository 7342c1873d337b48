-- One row per recording: in which market it started, and when it came to the others.
-- Markets are compared by charts of one cadence, as in market_charts; global is none of them. If
-- history lacks a period in which it may have come to a market first, its first market is unknown.
-- recording_key: key of the recording
-- first_date: last day of the first period on the chart of any market
-- first_markets: the markets of that period, sorted; null if an earlier one is possible
-- first_dates: the same for each market in which it has been, the earliest first
-- earliest_dates: last days of the earliest periods in which it can have come, the earliest first
with

starts as (

    select
        market_charts.market,
        chart_recordings.recording_key,
        chart_recordings.first_date,
        chart_recordings.is_start_known,
        coalesce(chart_recordings.earliest_date, '-infinity'::date) as earliest_date,
        min(chart_recordings.first_date) over (
            partition by chart_recordings.recording_key
        ) as song_date
    from chart_recordings
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    where market_charts.is_compared and market_charts.market <> 'global'

)

select
    recording_key,
    min(song_date) as first_date,
    case
        when bool_and(is_start_known or earliest_date > song_date)
            then list_sort(list(market) filter (where first_date = song_date))
    end as first_markets,
    list_sort(list(first_date)) as first_dates,
    list_sort(list(earliest_date)) as earliest_dates
from starts
group by recording_key
