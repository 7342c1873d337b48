-- One row per artist: its latest attributes, when it was first and last seen.
-- Genres, followers and popularity are the latest that were read.
with

artists as (

    select * from artists

),

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
