-- One row per name that an artist with an id has.
-- artist_id: null if several artists have the name
select
    folded_texts.parts,
    case when count(*) = 1 then any_value(current_artists.artist_id) end as artist_id
from current_artists
inner join folded_texts on current_artists.artist_name = folded_texts.full_text
group by folded_texts.parts
