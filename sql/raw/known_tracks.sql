-- One row per track that enrichment has learned of, as `references` made it.
select
    song_id,
    duration_ms,
    is_explicit,
    album,
    artists
from read_parquet(getvariable('known_tracks_path'))
