-- One row per artist of a snapshot: per entry of an artist chart, or per credited artist.
-- The key is (chart_id, snapshot_at, position) in artist charts, and otherwise
-- (chart_id, snapshot_at, artist_id).
-- If several entries credit an artist, the name and the link come from the highest-ranked entry.
-- References fill in what the response lacks: genres, followers and popularity.
-- artist_id: Spotify id of the artist; null if an artist chart does not give it
-- artist_name: name of the artist, as shown
-- artist_url: link to the artist on Spotify
-- genres: genres of the artist; null if not read, empty if read and there are none
-- followers: number of followers on Spotify; null if not read
-- position: rank in an artist chart, from 1; null in all other charts
-- reported_peak: highest rank so far, as reported by Spotify in artist charts
-- reported_previous: rank in the previous period, as reported by Spotify; null if there is none
-- reported_periods: number of days or weeks on the chart, as reported by Spotify
with

track_credits as (

    select
        track_number,
        generate_subscripts(artists, 1) as credit_number,
        unnest(artists) as artist
    from playlist_tracks

),

credits as (

    select
        playlist_entries.file_number,
        playlist_entries.position,
        track_credits.credit_number,
        track_credits.artist
    from playlist_entries
    inner join track_credits on playlist_entries.track_number = track_credits.track_number
    union all
    select
        file_number,
        position,
        generate_subscripts(artists, 1) as credit_number,
        unnest(artists) as artist
    from chart_entries

),

highest as (

    select
        file_number,
        artist.id as artist_id,
        artist.name as artist_name,
        artist.external_urls.spotify as artist_url
    from credits
    where artist.id <> ''
    qualify
        row_number() over (
            partition by file_number, artist.id
            order by position, credit_number
        ) = 1

),

artists as (

    select * from highest
    union all by name
    select
        file_number,
        entry_id as artist_id,
        entry_name as artist_name,
        'https://open.spotify.com/artist/' || entry_id as artist_url,
        position,
        reported_peak,
        reported_previous,
        reported_periods
    from chart_entries
    where kind = 'artist'

)

select
    snapshots.chart_id,
    snapshots.snapshot_at,
    snapshots.snapshot_at::date as snapshot_date,
    artists.artist_id,
    artists.artist_name,
    artists.artist_url,
    coalesce(
        case when len(artist_details.genres) > 0 then artist_details.genres end,
        known_artists.genres,
        artist_details.genres
    ) as genres,
    coalesce(artist_details.followers, known_artists.followers) as followers,
    coalesce(artist_details.popularity, known_artists.popularity) as popularity,
    artists.position,
    artists.reported_peak,
    artists.reported_previous,
    artists.reported_periods
from artists
inner join snapshots on artists.file_number = snapshots.file_number
left join artist_details
    on artists.file_number = artist_details.file_number
    and artists.artist_id = artist_details.artist_id
left join known_artists on artists.artist_id = known_artists.artist_id
where snapshots.is_current
order by snapshots.chart_id, snapshots.snapshot_at, artists.position, artists.artist_id
