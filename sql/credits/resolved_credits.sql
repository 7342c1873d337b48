-- One row per affected credit, as it is stored: with its names, or whole if they are unsettled.
with

pieces as (

    select
        credits.artist_credit,
        credits.parts,
        credits.entries,
        string_split_regex(trim(credits.artist_credit), ',\s+') as texts,
        list(boundaries.place order by boundaries.place) filter (where boundaries.is_split)
            as splits,
        bool_and(boundaries.place is null or boundaries.is_split is not null)
        and credits.parts <> [''] as is_resolved
    from credits
    inner join affected_credits on credits.artist_credit = affected_credits.artist_credit
    left join boundaries on credits.artist_credit = boundaries.artist_credit
    group by credits.artist_credit, credits.parts, credits.entries

),

-- The places from which and to which each name reaches.
spans as (

    select
        artist_credit,
        texts,
        parts,
        unnest(list_transform(list_prepend(0, splits), lambda place: place + 1)) as first_place,
        unnest(list_append(splits, len(parts))) as last_place
    from pieces
    where is_resolved

),

names as (

    select
        spans.artist_credit,
        spans.first_place,
        array_to_string(spans.texts[spans.first_place:spans.last_place], ', ') as artist_name,
        coalesce(
            listed_names.artist_id,
            'name:' || array_to_string(spans.parts[spans.first_place:spans.last_place], ', ')
        ) as artist_key
    from spans
    left join listed_names
        on spans.parts[spans.first_place:spans.last_place] = listed_names.parts

),

named_credits as (

    select
        artist_credit,
        list(artist_name order by first_place) as artist_names,
        list(artist_key order by first_place) as artist_keys
    from names
    group by artist_credit

)

select
    pieces.artist_credit,
    coalesce(named_credits.artist_names, [pieces.artist_credit]) as artist_names,
    coalesce(named_credits.artist_keys, ['credit:' || pieces.artist_credit]) as artist_keys,
    pieces.is_resolved,
    pieces.entries,
    pieces.parts
from pieces
left join named_credits on pieces.artist_credit = named_credits.artist_credit
