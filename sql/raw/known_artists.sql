-- One row per artist that enrichment has learned of, as `references` made it.
select
    artist_id,
    followers,
    popularity,
    genres
from read_parquet(getvariable('known_artists_path'))
