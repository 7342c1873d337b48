-- One row per track that Spotify knows. The latest answer that has artists wins.
with

answered_tracks as (

    select
        id,
        fetched_at,
        from_json(response, getvariable('track')) as track
    from answers
    where source = 'spotify' and kind = 'track'

)

select
    id as song_id,
    track.duration_ms as duration_ms,
    track.explicit as is_explicit,
    track.album as album,
    track.artists as artists
from answered_tracks
where track.artists is not null
qualify row_number() over (partition by id order by fetched_at desc) = 1
