-- One row per entry of a response, with its position in the playlist.
-- An entry without a track keeps its position; nothing is renumbered.
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

)

select
    ---------- ids
    file_number,
    try_cast(position as integer) as position,
    entry.track_number as track_number,

    ---------- numerics
    entry.popularity as popularity,

    ---------- booleans
    coalesce(entry.is_local, false) as is_local,
    entry.added_at is not null or entry.track_number is not null as is_entry,

    ---------- timestamps
    timezone('UTC', try_cast(entry.added_at as timestamptz)) as added_at
from entries
