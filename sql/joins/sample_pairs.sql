-- One row per pair of Spotify ids to look at: the doubtful ones first, then any others.
select
    song_name,
    artist_credit,
    case when other_name <> song_name then other_name end as other_name,
    case when other_credit <> artist_credit then other_credit end as other_credit,
    song_id,
    other_id,
    verdict,
    sign
from judged_pairs
where verdict <> 'apart'
order by
    case verdict when 'wrong' then 1 when 'missed' then 2 when 'unchecked' then 3 else 4 end,
    md5(song_id || other_id)
limit 12
