-- One row per credited artist of a snapshot. The key is (chart_id, snapshot_at, artist_id).
-- If several entries credit an artist, the name and the link come from the highest-ranked entry.
-- References fill in what the response lacks: genres, followers and popularity.
-- artist_id: Spotify id of the artist
-- artist_name: name of the artist, as shown
-- artist_url: link to the artist on Spotify
-- genres: genres of the artist; null if not read, empty if read and there are none
-- followers: number of followers on Spotify; null if not read
with

entries as (

    select
        file_number,
        position,
        artists
    from playlist_entries
    union all
    select
        file_number,
        position,
        artists
    from chart_entries

),

credits as (

    select
        file_number,
        position,
        generate_subscripts(artists, 1) as credit_number,
        unnest(artists) as artist
    from entries

),

highest as (

    select
        file_number,
        artist
    from credits
    where artist.id is not null
    qualify
        row_number() over (
            partition by file_number, artist.id
            order by position, credit_number
        ) = 1

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    highest.artist.id as artist_id,
    highest.artist.name as artist_name,
    highest.artist.external_urls.spotify as artist_url,
    coalesce(
        case when len(artist_details.genres) > 0 then artist_details.genres end,
        known_artists.genres,
        artist_details.genres
    ) as genres,
    coalesce(artist_details.followers, known_artists.followers) as followers,
    coalesce(artist_details.popularity, known_artists.popularity) as popularity
from highest
inner join snapshots on highest.file_number = snapshots.file_number
left join artist_details
    on highest.file_number = artist_details.file_number
    and highest.artist.id = artist_details.artist_id
left join known_artists on highest.artist.id = known_artists.artist_id
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, artist_id
