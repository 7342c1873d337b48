-- One row per comma between parts of an affected credit, with what the evidence says about it.
-- is_split: whether the comma stands between two names; false within a name, null if unsettled
with

sides as (

    select
        placed_parts.artist_credit,
        placed_parts.place,
        placed_parts.part,
        placed_parts.part_after,
        list_has_any(
            placed_parts.parts[:placed_parts.place], placed_parts.parts[placed_parts.place + 1:]
        ) as is_between_repeated,
        coalesce(
            bool_or(
                listed_spans.first_place <= placed_parts.place
                and listed_spans.last_place > placed_parts.place
            ),
            false
        ) as is_within_span,
        coalesce(bool_or(listed_spans.last_place = placed_parts.place), false) as is_after_span,
        coalesce(bool_or(listed_spans.first_place = placed_parts.place + 1), false)
            as is_before_span
    from placed_parts
    inner join affected_credits on placed_parts.artist_credit = affected_credits.artist_credit
    left join listed_spans on placed_parts.artist_credit = listed_spans.artist_credit
    where placed_parts.place < len(placed_parts.parts)
    group by
        placed_parts.artist_credit,
        placed_parts.place,
        placed_parts.part,
        placed_parts.part_after,
        placed_parts.parts

),

judged as (

    select
        sides.artist_credit,
        sides.place,
        sides.is_within_span,
        sides.is_between_repeated,
        sides.part = sides.part_after
        or regexp_matches(sides.part_after, '^(jr|sr|inc|incorporated|ltd)\.?$')
            as is_within_name,
        sides.is_after_span or sides.is_before_span as is_beside_span,
        sides.part = '' or sides.part_after = '' as is_blank,
        left_evidence.is_listed and right_evidence.is_listed as are_both_listed,
        sides.is_after_span or left_evidence.ends_name as ends_name,
        sides.is_before_span or right_evidence.begins_name as begins_name,
        -- As in "Tyler, The Creator" or "Earth, Wind & Fire".
        regexp_matches(
            sides.part_after, '^(the|and|&|y|e|et|und) | (and|&|y|e|et|und) '
        ) as looks_continued,
        pair_evidence.credits,
        pair_evidence.is_whole_credit
    from sides
    inner join part_evidence as left_evidence on sides.part = left_evidence.part
    inner join part_evidence as right_evidence on sides.part_after = right_evidence.part
    inner join pair_evidence
        on sides.part = pair_evidence.part
        and sides.part_after = pair_evidence.part_after

)

select
    artist_credit,
    place,
    case
        when is_blank then null
        when is_within_span
            then case when not (is_beside_span or are_both_listed) then false end
        -- As in "Ann, Jr." or "Now, Now".
        when is_within_name then false
        -- No artist is credited twice, so one of the two is part of a longer name.
        when is_between_repeated then null
        when ends_name and begins_name then true
        -- The two are never seen apart. Alone as well as among others, they are one name.
        when not ends_name and not begins_name
            then case when is_whole_credit and credits >= 3 then false end
        -- One of the two is seen apart. The other is a name of its own, unless it may belong to it.
        when looks_continued and not begins_name then null
        when credits >= case when is_whole_credit then 2 else 3 end then null
        else true
    end as is_split
from judged
