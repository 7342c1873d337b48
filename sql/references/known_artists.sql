-- One row per artist that any source was asked for; the last answer of each speaks.
-- Genres are Spotify's where it gives some, else MusicBrainz's; empty where they were
-- read and there are none, null where no source was able to tell.
with

last_answers as (

    select *
    from answers
    where kind = 'artist' and response is not null
    qualify row_number() over (partition by source, id order by fetched_at desc) = 1

),

spotify as (

    select
        id,
        from_json(response, getvariable('artist')) as artist
    from last_answers
    where source = 'spotify'

),

musicbrainz as (

    select
        id,
        from_json(
            response, '{"artist":{"genres":[{"name":"VARCHAR","count":"INTEGER"}]}}'
        ).artist.genres as genres
    from last_answers
    where source = 'musicbrainz'

),

musicbrainz_genres as (

    select
        id,
        list_transform(
            list_reverse_sort(
                list_transform(
                    genres, lambda genre: struct_pack(votes := genre.count, name := genre.name)
                )
            ),
            lambda genre: genre.name
        ) as genres
    from musicbrainz

)

select
    coalesce(spotify.id, musicbrainz_genres.id) as artist_id,
    spotify.artist.followers.total as followers,
    spotify.artist.popularity as popularity,
    coalesce(
        case when len(spotify.artist.genres) > 0 then spotify.artist.genres end,
        musicbrainz_genres.genres,
        spotify.artist.genres
    ) as genres
from spotify
full join musicbrainz_genres on spotify.id = musicbrainz_genres.id
