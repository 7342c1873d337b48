-- One row per artist credit and clue in its titles and labels whose number of entries changed.
with

noted as (

    select
        artist_credit,
        lower(strip_accents(artist_credit)) as credit,
        lower(strip_accents(regexp_replace(trim(song_name), '\s+', ' ', 'g'))) as title,
        lower(strip_accents(regexp_replace(trim(label), '\s+', ' ', 'g'))) as label,
        sum(entries) as entries
    from touched_credits
    where contains(artist_credit, ',')
    group by artist_credit, title, label
    having sum(entries) <> 0

),

-- As in "(feat. Ann & Bob)", "(with Ann)", "(Ann x Bob)" and "- Ann Remix".
found as (

    select
        artist_credit,
        entries,
        unnest(
            list_distinct(
                list_concat(
                    regexp_extract_all(
                        title, '\b(?:feat\.?|ft\.?|featuring) (.+?)(?:[()\[\]]| - |$)', 1
                    ),
                    regexp_extract_all(title, '[(\[]with ([^()\[\]]+)', 1),
                    regexp_extract_all(
                        title, '[(\[]([^()\[\]]+ (?:x|vs\.?) [^()\[\]]+)[)\]]', 1
                    ),
                    regexp_extract_all(
                        title,
                        '(?:[(\[]| - )([^()\[\]]+?) (?:remix|radio edit|edit|mix|version)\b',
                        1
                    ),
                    case when contains(credit, label) then [label] end
                )
            )
        ) as text_found
    from noted

)

select
    artist_credit,
    '|' || regexp_replace(trim(text_found), ' (?:&|and|x|vs\.?) ', '|', 'g') || '|' as clue,
    sum(entries)::bigint as entries
from found
group by artist_credit, clue
having sum(entries) <> 0
