-- One row per artist for whose home MusicBrainz was not asked, latest first, then by snapshots.
select artist_id as id
from artists
where
    artist_id is not null
    and artist_id not in (select home_answers.artist_id from home_answers)
group by artist_id
order by max(snapshot_at) desc, count(*) desc, artist_id asc
