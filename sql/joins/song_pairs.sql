-- One row per two Spotify ids that are one recording, or look like one, or are one to Spotify.
-- is_joined: whether they are one recording here
-- are_alike: whether title and artists have the same letters and digits, in any order of artists
-- are_apart: whether they are in charts of different markets
-- is_one_to_spotify: whether Spotify counts one as the continuation of the other on a chart; null
-- if neither followed the other
-- duration_difference_ms: by how much the durations differ; null if one is not known
with

pairs as (

    select
        songs.song_id,
        others.song_id as other_id
    from song_ids as songs
    inner join song_ids as others
        on songs.recording_key = others.recording_key and songs.song_id < others.song_id
    union
    select
        songs.song_id,
        others.song_id as other_id
    from song_ids as songs
    inner join song_ids as others
        on songs.reading = others.reading and songs.song_id < others.song_id
    union
    select
        song_id,
        other_id
    from successions

)

select
    pairs.song_id,
    pairs.other_id,
    songs.song_name,
    songs.artist_credit,
    others.song_name as other_name,
    others.artist_credit as other_credit,
    songs.recording_key = others.recording_key as is_joined,
    coalesce(songs.reading = others.reading, false) as are_alike,
    len(songs.markets) > 0
    and len(others.markets) > 0
    and len(list_distinct(list_concat(songs.markets, others.markets))) > 1 as are_apart,
    successions.is_one_to_spotify,
    abs(songs.duration_ms - others.duration_ms) as duration_difference_ms
from pairs
inner join song_ids as songs on pairs.song_id = songs.song_id
inner join song_ids as others on pairs.other_id = others.song_id
left join successions
    on pairs.song_id = successions.song_id and pairs.other_id = successions.other_id
