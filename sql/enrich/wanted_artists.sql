-- One row per artist whose genres are unknown, the latest first, and of these the most charted.
select artist_id as id
from artists
group by artist_id
having count(genres) = 0
order by max(snapshot_at) desc, count(*) desc, artist_id
