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

artist_details as (

    select * from artist_details

),

credits as (

    select
        raw_name,
        position,
        generate_subscripts(artists, 1) as credit_number,
        unnest(artists) as artist
    from playlist_entries

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
    artist_details.genres,
    artist_details.followers,
    artist_details.popularity
from first_seen
inner join identities on first_seen.raw_name = identities.raw_name
left join artist_details
    on first_seen.raw_name = artist_details.raw_name
    and first_seen.artist.id = artist_details.artist_id
order by identities.chart_id, identities.snapshot_at, artist_id
