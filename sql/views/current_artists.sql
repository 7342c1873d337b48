-- One row per artist, with its latest attributes and when it was first and last seen.
-- Genres, followers and popularity are the latest that were read.
-- artist_id: Spotify id of the artist
-- genres: genres of the artist; null if never read, empty if read and there are none
-- followers: number of followers on Spotify; null if never read
-- popularity: Spotify popularity, from 0 to 100; null if never read
with

seen as (

    select
        artist_id,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at,
        arg_max(genres, snapshot_at) filter (where genres is not null) as genres,
        max_by(followers, snapshot_at) filter (where followers is not null) as followers,
        max_by(popularity, snapshot_at) filter (where popularity is not null) as popularity
    from artists
    group by artist_id

),

latest as (

    select *
    from artists
    qualify
        row_number() over (
            partition by artist_id
            order by snapshot_at desc, chart_id asc
        ) = 1

)

select
    latest.artist_id,
    latest.artist_name,
    latest.artist_url,
    seen.genres,
    seen.followers,
    seen.popularity,
    seen.first_seen_at,
    seen.last_seen_at
from latest
inner join seen on latest.artist_id = seen.artist_id
