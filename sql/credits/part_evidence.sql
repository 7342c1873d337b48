-- One row per part: whether it is the name of an artist, and whether a name can begin or end there.
-- A part that follows different parts begins a name: none of those belongs to the same name for
-- sure. In the same way, a part before different parts ends one. Titles and labels can say so, too.
-- is_listed: whether an artist has the part as name
select
    placed_parts.part,
    count(listed_names.parts) > 0 as is_listed,
    count(distinct placed_parts.part_before) > 1
    or count(listed_names.parts) > 0
    or coalesce(bool_or(clue_evidence.begins_name), false)
    -- No name is known that has one of these words after a comma.
    or regexp_matches(placed_parts.part, '^(dj|mc) ') as begins_name,
    count(distinct placed_parts.part_after) > 1
    or count(listed_names.parts) > 0
    or coalesce(bool_or(clue_evidence.ends_name), false) as ends_name
from placed_parts
left join listed_names on [placed_parts.part] = listed_names.parts
left join clue_evidence on placed_parts.part = clue_evidence.part
group by placed_parts.part
