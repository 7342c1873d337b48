-- One row: the number of artists in the mirror, and the number of artists with genres.
with

distinct_artists as (

    select
        artist_id,
        max(len(genres)) > 0 as has_genres
    from artists
    where artist_id is not null
    group by artist_id

)

select
    count(*) as artists,
    count(*) filter (where has_genres) as artists_with_genres
from distinct_artists
