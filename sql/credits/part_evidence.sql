-- One row per part: whether it is the name of an artist, and whether a name can begin or end there.
-- A part that follows different parts begins a name: none of those belongs to the same name for
-- sure. In the same way, a part before different parts ends one.
-- is_listed: whether an artist has the part as name
select
    placed_parts.part,
    count(listed_names.parts) > 0 as is_listed,
    count(distinct placed_parts.part_before) > 1 or count(listed_names.parts) > 0 as begins_name,
    count(distinct placed_parts.part_after) > 1 or count(listed_names.parts) > 0 as ends_name
from placed_parts
left join listed_names on [placed_parts.part] = listed_names.parts
group by placed_parts.part
