-- One row per partition that lacks something that the references know about a track or an artist.
select distinct
    songs.chart_id,
    strftime(songs.snapshot_at, '%Y-%m') as snapshot_month
from songs
inner join known_tracks on songs.song_id = known_tracks.song_id
where songs.artist_ids is null
union
select distinct
    artists.chart_id,
    strftime(artists.snapshot_at, '%Y-%m') as snapshot_month
from artists
inner join known_artists on artists.artist_id = known_artists.artist_id
where
    (artists.genres is null and known_artists.genres is not null)
    or (len(artists.genres) = 0 and len(known_artists.genres) > 0)
order by chart_id, snapshot_month
