-- One row per artist credit that is new, and per name of an artist, folded.
-- parts: what stands between the commas, without accents, in lower case
with

texts as (

    select artist_credit as full_text
    from changed_credits
    where is_new
    union
    select artist_name as full_text
    from current_artists
    where artist_name is not null
    union
    select artist_name as full_text
    from changed_names

)

select
    full_text,
    list_transform(
        string_split_regex(full_text, ',\s+'),
        lambda part: lower(strip_accents(regexp_replace(trim(part), '\s+', ' ', 'g')))
    ) as parts
from texts
