-- One row per response: how many entries it says there are, and whether more pages follow.
-- One without pages could not be read.
select
    file_number,
    list_max(list_transform(pages, lambda page: page.total)) as expected_entries,
    coalesce(pages[-1].next is not null, false) as has_more,
    pages is null as is_unreadable
from responses
where file_number is not null
