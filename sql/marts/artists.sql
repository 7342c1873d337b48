-- One row per credited artist of a snapshot; its key is (chart_id, snapshot_at, artist_id).
-- Where an artist is credited on several entries, the highest one's words are taken.
with

identities as (

    select * from identities
    where is_current

),

playlist_entries as (

    select * from playlist_entries

),

chart_entries as (

    select * from chart_entries

),

artist_details as (

    select * from artist_details

),

learned_artists as (

    select * from learned_artists

),

entries as (

    select
        raw_name,
        position,
        artists
    from playlist_entries
    union all
    select
        raw_name,
        position,
        artists
    from chart_entries

),

credits as (

    select
        raw_name,
        position,
        generate_subscripts(artists, 1) as credit_number,
        unnest(artists) as artist
    from entries

),

first_seen as (

    select
        raw_name,
        artist
    from credits
    where artist.id is not null
    qualify
        row_number() over (
            partition by raw_name, artist.id
            order by position, credit_number
        ) = 1

)

select
    identities.chart_id,
    identities.snapshot_at,
    identities.snapshot_at::date as snapshot_date,
    first_seen.artist.id as artist_id,
    first_seen.artist.name as artist_name,
    first_seen.artist.external_urls.spotify as artist_url,
    coalesce(
        case when len(artist_details.genres) > 0 then artist_details.genres end,
        learned_artists.genres,
        artist_details.genres
    ) as genres,
    coalesce(artist_details.followers, learned_artists.followers) as followers,
    coalesce(artist_details.popularity, learned_artists.popularity) as popularity
from first_seen
inner join identities on first_seen.raw_name = identities.raw_name
left join artist_details
    on first_seen.raw_name = artist_details.raw_name
    and first_seen.artist.id = artist_details.artist_id
left join learned_artists on first_seen.artist.id = learned_artists.artist_id
order by identities.chart_id, identities.snapshot_at, artist_id
