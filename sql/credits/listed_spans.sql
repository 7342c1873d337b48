-- One row per span of parts in an affected credit that is the name of an artist, commas included.
-- A name within a longer one does not count.
with

spans as (

    select
        placed_parts.artist_credit,
        placed_parts.place as first_place,
        placed_parts.place + len(listed_names.parts) - 1 as last_place
    from placed_parts
    inner join listed_names on placed_parts.part = listed_names.parts[1]
    where
        len(listed_names.parts) > 1
        and placed_parts.parts[placed_parts.place:placed_parts.place + len(listed_names.parts) - 1]
        = listed_names.parts
        and placed_parts.artist_credit in (
            select affected_credits.artist_credit from affected_credits
        )

)

select
    spans.artist_credit,
    spans.first_place,
    spans.last_place
from spans
left join spans as longer_spans
    on spans.artist_credit = longer_spans.artist_credit
    and spans.first_place >= longer_spans.first_place
    and spans.last_place <= longer_spans.last_place
    and spans.last_place - spans.first_place < longer_spans.last_place - longer_spans.first_place
where longer_spans.artist_credit is null
