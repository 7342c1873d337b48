-- One row per artist object of a response, with the attributes that only this object has.
-- Genres are null if they were not read, and empty if there are none.
with

artists as (

    select
        file_number,
        unnest(artists) as artist
    from responses

)

select
    ---------- ids
    file_number,
    artist.id as artist_id,

    ---------- numerics
    artist.followers.total as followers,
    artist.popularity as popularity,

    ---------- nested
    artist.genres as genres
from artists
where artist.id <> ''
qualify row_number() over (partition by file_number, artist.id order by artist.popularity) = 1
