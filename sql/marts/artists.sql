-- One row per credited artist of a snapshot; the key is (chart_id, snapshot_at, artist_id).
-- Where an artist is credited on several entries, the name is that of the highest entry.
-- artist_name: the name as shown
-- artist_url: the artist's page at Spotify
-- genres: null where they were not read, empty where they were and there are none
-- followers: how many follow the artist at Spotify, where it said
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
