-- One row per artist without known genres, latest first, then by number of snapshots.
select artist_id as id
from artists
where artist_id is not null
group by artist_id
having count(genres) = 0
order by max(snapshot_at) desc, count(*) desc, artist_id
