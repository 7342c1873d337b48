-- One row per Spotify id of a song, as its latest entry shows it.
-- recording_key: key of the recording
-- markets: markets of the charts that had it
-- reading: letters and digits of the title, and of the artists in alphabetical order
-- duration_ms: duration, if an entry has it
with

song_entries as (

    select
        entries.*,
        coalesce(entries.recording_key, entries.recording_id, entries.song_id) as key_of_recording,
        charts.market
    from entries
    inner join charts on entries.chart_id = charts.chart_id
    where entries.kind = 'song' and entries.song_id is not null

),

latest_songs as (

    select
        song_id,
        arg_max(key_of_recording, (snapshot_at, chart_id, -position)) as recording_key,
        arg_max(song_name, (snapshot_at, chart_id, -position)) as song_name,
        arg_max(artist_credit, (snapshot_at, chart_id, -position)) as artist_credit,
        arg_max(duration_ms, (snapshot_at, chart_id, -position)) as duration_ms,
        list(distinct market) filter (where market is not null) as markets
    from song_entries
    group by song_id

)

select
    song_id,
    recording_key,
    song_name,
    artist_credit,
    duration_ms,
    coalesce(markets, []) as markets,
    nullif(regexp_replace(lower(strip_accents(song_name)), '[^\p{L}\p{N}]+', '', 'g'), '')
    || '|'
    || array_to_string(
        list_sort(
            list_transform(
                string_split(artist_credit, ', '),
                lambda name: regexp_replace(lower(strip_accents(name)), '[^\p{L}\p{N}]+', '', 'g')
            )
        ),
        '|'
    ) as reading
from latest_songs
