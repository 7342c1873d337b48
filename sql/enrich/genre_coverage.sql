-- One row: how many artists there are, and of how many a genre is known.
with

artists as (

    select
        artist_id,
        max(len(genres)) > 0 as has_genres
    from artists
    group by artist_id

)

select
    count(*) as artists,
    count(*) filter (where has_genres) as artists_with_genres
from artists
