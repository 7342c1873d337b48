-- One row per artist, with its latest attributes and when it was first and last seen.
-- Genres, followers and popularity are the latest that were read.
-- artist_id: Spotify id of the artist
-- genres: genres of the artist; null if never read, empty if read and there are none
-- followers: number of followers on Spotify; null if never read
-- popularity: Spotify popularity, from 0 to 100; null if never read
-- first_seen_at: time of the first snapshot that has it
-- last_seen_at: time of the latest snapshot that has it
select
    artist_id,
    artist_name,
    artist_url,
    genres,
    followers,
    popularity,
    snapshot_at as first_seen_at,
    snapshot_at as last_seen_at
from artists
where false
