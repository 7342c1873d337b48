-- One row per part of a credit that a clue names: whether a name begins or ends with it there.
-- A comma in a clue can be part of a name, so it says nothing; the ends of the clue and "&" do.
with

named_parts as (

    select
        placed_parts.part,
        credit_clues.clue,
        regexp_replace(placed_parts.part, ' (?:&|and|x|vs\.?) ', '|', 'g') as part_text
    from placed_parts
    inner join credit_clues on placed_parts.artist_credit = credit_clues.artist_credit
    where placed_parts.part <> ''

)

select
    part,
    bool_or(
        contains(clue, '|' || part_text || '|') or contains(clue, '|' || part_text || ', ')
    ) as begins_name,
    bool_or(
        contains(clue, '|' || part_text || '|') or contains(clue, ', ' || part_text || '|')
    ) as ends_name
from named_parts
group by part
