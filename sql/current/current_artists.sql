-- One row per touched artist, with its latest attributes and when it was first and last seen.
-- Of the latest snapshots that have the artist, the one of the first chart by id counts.
with

seen_artists as (

    select
        artist_id,
        arg_min(artists, (-epoch_us(snapshot_at), chart_id)) as latest,
        arg_min(genres, (-epoch_us(snapshot_at), chart_id)) as genres,
        arg_min(followers, (-epoch_us(snapshot_at), chart_id)) as followers,
        arg_min(popularity, (-epoch_us(snapshot_at), chart_id)) as popularity,
        min(snapshot_at) as first_seen_at,
        max(snapshot_at) as last_seen_at
    from artists
    where artist_id in (select touched_artists.id from touched_artists)
    group by artist_id

)

select
    artist_id,
    latest.artist_name,
    latest.artist_url,
    genres,
    followers,
    popularity,
    first_seen_at,
    last_seen_at
from seen_artists
