-- One row per artist of whom another source than the snapshot itself has told.
with

known_artists as (

    select * from known_artists

)

select
    artist_id,
    followers,
    popularity,
    genres
from known_artists
