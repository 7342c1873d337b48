-- One row per artist that a source knows. The latest answer of each source wins.
-- Genres come from Spotify, or from MusicBrainz (most votes first) if Spotify has none.
-- They are empty if they were read and there are none, and null if no source gives them.
with

latest_answers as (

    select *
    from answers
    where kind = 'artist' and response is not null
    qualify row_number() over (partition by source, id order by fetched_at desc) = 1

),

spotify_artists as (

    select
        id,
        from_json(response, getvariable('artist')) as artist
    from latest_answers
    where source = 'spotify'

),

musicbrainz_artists as (

    select
        id,
        from_json(
            response, '{"artist":{"genres":[{"name":"VARCHAR","count":"INTEGER"}]}}'
        ).artist.genres as genres
    from latest_answers
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
    from musicbrainz_artists

)

select
    coalesce(spotify_artists.id, musicbrainz_genres.id) as artist_id,
    spotify_artists.artist.followers.total as followers,
    spotify_artists.artist.popularity as popularity,
    coalesce(
        case when len(spotify_artists.artist.genres) > 0 then spotify_artists.artist.genres end,
        musicbrainz_genres.genres,
        spotify_artists.artist.genres
    ) as genres
from spotify_artists
full join musicbrainz_genres on spotify_artists.id = musicbrainz_genres.id
