-- One row per part of an artist credit that shares a part with an affected credit.
-- place: place of the part in the credit, from 1
-- part_before: the part before it, empty at the beginning
-- part_after: the part after it, empty at the end
with

credit_parts as (

    select
        artist_credit,
        parts,
        generate_subscripts(parts, 1) as place,
        unnest(parts) as part
    from credits

),

affected_parts as (

    select part
    from credit_parts
    where artist_credit in (select affected_credits.artist_credit from affected_credits)

),

sharing_credits as (

    select artist_credit
    from credit_parts
    where part in (select affected_parts.part from affected_parts)

)

select
    artist_credit,
    parts,
    place,
    part,
    coalesce(parts[place - 1], '') as part_before,
    coalesce(parts[place + 1], '') as part_after
from credit_parts
where artist_credit in (select sharing_credits.artist_credit from sharing_credits)
