-- One row per recording, under whatever ids, in whatever charts it appeared.
-- Song entries that share a song_id or a recording_id, directly or over any number of others,
-- belong to the same recording.
-- recording_key: smallest recording id of the recording; its smallest song id if it has none
-- song_name: title of the song, as shown last
-- artist_credit: names of the artists, as shown last
-- song_count: number of Spotify ids; the entries in movements have them, by the recording key
-- isrc: the ISRC that was given last; null if none ever was
-- charts: ids of the charts that had it, sorted
-- markets: regions in the names of these charts, sorted: country codes or `global`
-- first_date: date of the first snapshot that has it
-- last_date: date of the latest snapshot that has it
-- best_position: highest position in any chart
select
    recording_key,
    song_name,
    artist_credit,
    song_count,
    isrc,
    charts,
    list_sort(
        list_distinct(
            list_filter(
                list_transform(
                    charts,
                    lambda chart_id:
                    regexp_extract(chart_id, '^[a-z]+-(global|[a-z]{2})-(daily|weekly)$', 1)
                ),
                lambda market: market <> ''
            )
        )
    ) as markets,
    first_date,
    last_date,
    best_position
from known_recordings
