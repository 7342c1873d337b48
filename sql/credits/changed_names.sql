-- One row per name that an artist got or lost.
with

differences as (

    select
        names_before.artist_name as name_before,
        current_artists.artist_name as name_now
    from names_before
    left join current_artists on names_before.artist_id = current_artists.artist_id
    where names_before.artist_name is distinct from current_artists.artist_name

)

select name_before as artist_name
from differences
where name_before is not null
union
select name_now as artist_name
from differences
where name_now is not null
