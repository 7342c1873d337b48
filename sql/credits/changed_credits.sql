-- One row per artist credit whose entries came or went, with the number it has from now on.
with

differences as (

    select
        artist_credit,
        sum(entries)::bigint as entries
    from touched_credits
    group by artist_credit

)

select
    differences.artist_credit,
    coalesce(credits.entries, 0) + differences.entries as entries,
    credits.artist_credit is null as is_new
from differences
left join credits on differences.artist_credit = credits.artist_credit
where differences.entries <> 0
