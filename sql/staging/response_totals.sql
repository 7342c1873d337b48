-- One row per response: the number of expected entries, and whether more pages follow.
-- A response without pages is unreadable.
select
    file_number,
    list_max(list_transform(pages, lambda page: page.total)) as expected_entries,
    coalesce(pages[-1].next is not null, false) as has_more,
    pages is null as is_unreadable
from responses
where file_number is not null
