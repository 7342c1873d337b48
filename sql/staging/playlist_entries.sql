-- One row per entry of a response, with its position in the playlist.
-- An entry without a track keeps its position; nothing is renumbered.
-- A track without an id is still a track if it has a title: the response may leave ids out.
-- A page without an offset continues the previous page.
with

measured_pages as (

    select
        file_number,
        pages,
        list_transform(pages, lambda page: page.offset) as offsets,
        list_transform(pages, lambda page: len(page.items)) as lengths
    from responses

),

numbered_pages as (

    select
        file_number,
        unnest(pages).items as items,
        unnest(offsets) as page_offset,
        generate_subscripts(pages, 1) as page_number,
        lengths
    from measured_pages

),

entries as (

    select
        file_number,
        coalesce(page_offset, list_sum(lengths[1:page_number - 1]), 0)
        + generate_subscripts(items, 1) as position,
        unnest(items) as entry
    from numbered_pages

),

tracks as (

    select
        file_number,
        position,
        entry.added_at as added_at,
        coalesce(entry.item, entry.track) as track,
        coalesce(entry.is_local, false) as is_local
    from entries

)

select
    ---------- ids
    file_number,
    try_cast(position as integer) as position,
    case
        when track is null then 'unavailable'
        when is_local or track.is_local or track.uri like 'spotify:local:%' then 'local'
        when coalesce(track.id, '') = '' and coalesce(trim(track.name), '') = '' then 'unavailable'
        when track.type = 'episode' then 'episode'
        when track.type is null or track.type = 'track' then 'track'
        else 'unavailable'
    end as entry_type,
    nullif(track.id, '') as song_id,
    nullif(replace(upper(track.external_ids.isrc), '-', ''), '') as isrc,

    ---------- text
    track.name as song_name,
    track.external_urls.spotify as song_url,
    list_aggregate(
        list_transform(track.artists, lambda artist: artist.name), 'string_agg', ', '
    ) as artist_credit,
    track.album.label as label,

    ---------- numerics
    track.duration_ms as duration_ms,
    track.popularity as popularity,

    ---------- booleans
    track.explicit as is_explicit,
    added_at is not null or track is not null as is_entry,

    ---------- timestamps
    timezone('UTC', try_cast(added_at as timestamptz)) as added_at,

    ---------- nested
    track.album as album,
    track.artists as artists
from tracks
