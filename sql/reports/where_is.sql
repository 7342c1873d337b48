-- One row per song and market: how high the song is there now, and how high it was.
-- Ask for a song; otherwise these are the songs that are number one in a market now. Each market is
-- represented by one regional chart, weekly or daily; market_charts has the rule.
-- variable recordings: these songs, wherever they have been; by default, the latest number ones
-- variable since: charts that the song left before this day are left out; by default, none
-- variable until: charts to which the song came after this day are left out; by default, none
-- position: position on the latest chart of the market; null if it is not on it
-- chart_date: last day of the latest period of the market's chart
-- first_date: last day of the first period on the chart
-- is_start_known: no if the song may have been there before, when our history lacks the chart
-- last_date: last day of the latest period on the chart
-- periods: number of days or weeks on the chart, as the cadence says
with

market_positions as (

    select
        market_charts.market,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id) as recording_key,
        min(entries.position) as position
    from entries
    inner join market_charts
        on entries.chart_id = market_charts.chart_id
        and entries.period_end = market_charts.last_date
    group by
        market_charts.market,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id)

),

wanted_recordings as (

    select unnest(getvariable('recordings')::varchar[]) as recording_key
    union
    select recording_key
    from market_positions
    where position = 1 and getvariable('recordings') is null

),

chart_stays as (

    select
        chart_id,
        coalesce(recording_key, recording_id, song_id) as recording_key,
        count(distinct period_number) as periods
    from entries
    where
        kind = 'song'
        and period_number is not null
        and coalesce(recording_key, recording_id, song_id) in (
            select wanted_recordings.recording_key from wanted_recordings
        )
    group by chart_id, coalesce(recording_key, recording_id, song_id)

)

select
    known_recordings.song_name,
    known_recordings.artist_credit,
    market_charts.market,
    market_positions.position,
    market_charts.last_date as chart_date,
    chart_recordings.peak_position,
    chart_recordings.peak_date,
    chart_recordings.first_date,
    chart_recordings.is_start_known,
    chart_recordings.last_date,
    chart_stays.periods,
    market_charts.cadence,
    chart_recordings.recording_key
from chart_recordings
inner join wanted_recordings on chart_recordings.recording_key = wanted_recordings.recording_key
inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
inner join chart_stays
    on chart_recordings.chart_id = chart_stays.chart_id
    and chart_recordings.recording_key = chart_stays.recording_key
inner join known_recordings
    on chart_recordings.recording_key = known_recordings.recording_key
left join market_positions
    on chart_recordings.recording_key = market_positions.recording_key
    and market_charts.market = market_positions.market
where
    chart_recordings.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and chart_recordings.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by
    known_recordings.song_name asc,
    known_recordings.recording_key asc,
    market_positions.position asc nulls last,
    chart_recordings.peak_position asc,
    market_charts.market asc
