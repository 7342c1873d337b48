-- One row per track whose artists are unknown, latest first, then by highest position.
-- Chart files name the artists of a track without their ids.
select song_id as id
from songs
where song_id is not null and artist_ids is null and entry_type = 'track'
group by song_id
order by max(snapshot_at) desc, min(position), song_id
