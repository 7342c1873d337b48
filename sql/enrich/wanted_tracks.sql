-- One row per track of which a chart file told the name alone, the latest and highest first.
select song_id as id
from songs
where song_id is not null and artist_ids is null and entry_type = 'track'
group by song_id
order by max(snapshot_at) desc, min(position), song_id
