-- One row per recording, under whatever ids, in whatever charts it appeared.
-- Song entries that share a song_id or an ISRC, directly or over any number of others, belong to
-- the same recording. ISRCs also belong together by title, artist credit and duration. Entries
-- without an ISRC belong together by title and artist credit. They belong to the recording with an
-- ISRC that has the same, unless several have.
-- recording_key: smallest ISRC of the recording; its smallest recording id if it has none, or else
-- its smallest song id
-- song_name: title of the song, as shown last
-- artist_credit: names of the artists, as shown last
-- song_count: number of Spotify ids; the entries in movements have them, by the recording key
-- isrc: the ISRC that was given last; null if none ever was
-- charts: ids of the charts that had it, sorted
-- markets: markets of these charts, sorted; charts without a market add none
-- first_date: date of the first snapshot that has it
-- last_date: date of the latest snapshot that has it
-- best_position: highest position in any chart
with

chart_lists as (

    select
        recording_key,
        unnest(charts) as chart_id
    from known_recordings

),

market_lists as (

    select
        chart_lists.recording_key,
        list_sort(list(distinct charts.market)) as markets
    from chart_lists
    inner join charts on chart_lists.chart_id = charts.chart_id
    where charts.market is not null
    group by chart_lists.recording_key

)

select
    known_recordings.recording_key,
    known_recordings.song_name,
    known_recordings.artist_credit,
    known_recordings.song_count,
    known_recordings.isrc,
    known_recordings.charts,
    coalesce(market_lists.markets, []) as markets,
    known_recordings.first_date,
    known_recordings.last_date,
    known_recordings.best_position
from known_recordings
left join market_lists on known_recordings.recording_key = market_lists.recording_key
