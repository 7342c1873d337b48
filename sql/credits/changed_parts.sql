-- One row per part of a credit that came or went, or of a name that an artist got or lost.
with

changed_texts as (

    select parts
    from folded_texts
    where
        full_text in (select changed_names.artist_name from changed_names)
        or full_text in (
            select changed_credits.artist_credit
            from changed_credits
            where changed_credits.is_new
        )
    union all
    select parts
    from credits
    where artist_credit in (
        select changed_credits.artist_credit
        from changed_credits
        where changed_credits.entries = 0
    )
    or artist_credit in (select changed_clues.artist_credit from changed_clues)

)

select distinct unnest(parts) as part
from changed_texts
