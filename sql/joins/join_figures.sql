-- One row: how many recordings have several Spotify ids, and how good the joins are.
-- songs: number of Spotify ids
-- recordings: number of recordings of these
-- alike_apart: pairs of ids in charts of different markets whose titles and artists look alike
-- alike_apart_joined: those of them that are joined
-- followed: pairs of ids of which Spotify counts one as the continuation of the other on a chart
-- followed_joined: those of them that are joined
-- checked: joined pairs of which Spotify's ranks or the durations say something
-- wrong: those of them that are contradicted
with

known_songs as (

    select
        count(*) as songs,
        count(distinct recording_key) as recordings
    from song_ids

),

counted_pairs as (

    select
        count(*) filter (where are_alike and are_apart) as alike_apart,
        count(*) filter (where are_alike and are_apart and is_joined) as alike_apart_joined,
        count(*) filter (where is_one_to_spotify) as followed,
        count(*) filter (where is_one_to_spotify and is_joined) as followed_joined,
        count(*) filter (where verdict in ('confirmed', 'wrong')) as checked,
        count(*) filter (where verdict = 'wrong') as wrong
    from judged_pairs

)

select
    known_songs.songs,
    known_songs.recordings,
    counted_pairs.alike_apart,
    counted_pairs.alike_apart_joined,
    counted_pairs.followed,
    counted_pairs.followed_joined,
    counted_pairs.checked,
    counted_pairs.wrong
from known_songs
cross join counted_pairs
