-- One row per track of the responses, by its number.
-- A track without an id is still a track if it has a title: the response may leave ids out.
-- entry_type: what an entry with this track is, unless the entry itself is local
select
    ---------- ids
    track_number,
    nullif(track.id, '') as song_id,
    nullif(replace(upper(trim(track.external_ids.isrc)), '-', ''), '') as isrc,
    nullif(track.album.id, '') as album_id,
    nullif(track.artists[1].id, '') as artist_id,

    ---------- text
    case
        when track.is_local or track.uri like 'spotify:local:%' then 'local'
        when coalesce(track.id, '') = '' and coalesce(trim(track.name), '') = '' then 'unavailable'
        when track.type = 'episode' then 'episode'
        when track.type is null or track.type = 'track' then 'track'
        else 'unavailable'
    end as entry_type,
    track.name as song_name,
    track.external_urls.spotify as song_url,
    list_aggregate(
        list_transform(track.artists, lambda artist: artist.name), 'string_agg', ', '
    ) as artist_credit,
    track.album.label as label,

    ---------- numerics
    track.duration_ms as duration_ms,

    ---------- booleans
    track.explicit as is_explicit,

    ---------- nested
    track.album as album,
    track.artists as artists
from numbered_tracks
