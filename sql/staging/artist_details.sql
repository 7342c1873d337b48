-- One row per artist object of an envelope: what only an artist's own page tells.
-- Genres are null where they were not read, empty where they were and there are none.
with

artists as (

    select
        raw_name,
        unnest(artists) as artist
    from responses

)

select
    ---------- ids
    raw_name,
    artist.id as artist_id,

    ---------- numerics
    artist.followers.total as followers,
    artist.popularity as popularity,

    ---------- nested
    artist.genres as genres
from artists
where artist.id is not null
qualify row_number() over (partition by raw_name, artist.id order by artist.popularity) = 1
