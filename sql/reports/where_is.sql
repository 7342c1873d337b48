-- One row per song and market: how high the song is there now, and how high it was.
-- Ask for a song; otherwise these are the songs that are number one in a market now. Each market is
-- represented by its latest regional chart, weekly or daily, or, if a song has never been on it, by
-- the other one, with no position.
-- variable recordings: these songs, wherever they have been; by default, the latest number ones
-- variable since: charts that the song left before this day are left out; by default, none
-- variable until: charts to which the song came after this day are left out; by default, none
-- position: position on the latest chart of the market; null if it is not on it
-- chart_date: last day of the period of that chart
-- peak_position: highest position, on the chart of the cadence
-- peak_date: last day of the first period at that position
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
    where market_charts.is_latest
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

),

latest_charts as (

    select
        market,
        last_date
    from market_charts
    where is_latest

),

-- Of several charts of a market that the song has been on, the latest.
market_songs as (

    select
        market_charts.market,
        market_charts.cadence,
        chart_recordings.*
    from chart_recordings
    inner join wanted_recordings
        on chart_recordings.recording_key = wanted_recordings.recording_key
    inner join market_charts on chart_recordings.chart_id = market_charts.chart_id
    qualify
        row_number() over (
            partition by market_charts.market, chart_recordings.recording_key
            order by
                market_charts.is_latest desc,
                market_charts.last_date desc,
                market_charts.chart_id asc
        ) = 1

)

select
    known_recordings.song_name,
    known_recordings.artist_credit,
    market_songs.market,
    market_positions.position,
    latest_charts.last_date as chart_date,
    market_songs.peak_position,
    market_songs.peak_date,
    market_songs.first_date,
    market_songs.is_start_known,
    market_songs.last_date,
    chart_stays.periods,
    market_songs.cadence,
    market_songs.recording_key
from market_songs
inner join latest_charts on market_songs.market = latest_charts.market
inner join chart_stays
    on market_songs.chart_id = chart_stays.chart_id
    and market_songs.recording_key = chart_stays.recording_key
inner join known_recordings on market_songs.recording_key = known_recordings.recording_key
left join market_positions
    on market_songs.recording_key = market_positions.recording_key
    and market_songs.market = market_positions.market
where
    market_songs.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and market_songs.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by
    known_recordings.song_name asc,
    known_recordings.recording_key asc,
    market_positions.position asc nulls last,
    market_songs.peak_position asc,
    market_songs.market asc
