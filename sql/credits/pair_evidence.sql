-- One row per two parts that follow each other: how often, and whether that is a whole credit.
select
    part,
    part_after,
    count(distinct parts) as credits,
    bool_or(len(parts) = 2) as is_whole_credit
from placed_parts
where place < len(parts)
group by part, part_after
