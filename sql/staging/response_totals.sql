-- One row per response: the number of entries of the playlist, and whether more pages follow.
-- The number is null if no page gives it. The last page is the one with the highest offset; pages
-- without offsets are in order.
with

page_lists as (

    select
        file_number,
        pages,
        list_max(
            list_zip(
                list_transform(pages, lambda page: coalesce(page.offset, -1)),
                range(len(pages)),
                list_transform(pages, lambda page: page.next)
            )
        ) as last_page
    from responses
    where file_number is not null

)

select
    file_number,
    list_max(
        list_filter(list_transform(pages, lambda page: page.total), lambda total: total >= 0)
    ) as total_entries,
    coalesce(last_page[3] is not null, false) as has_more
from page_lists
