-- One row per artist whose home country MusicBrainz knows, as it said last.
-- Artists are known once `chartlake enrich` has asked for them, by their Spotify ids.
-- artist_id: Spotify id of the artist
-- home_market: country with which the artist is identified most, as in market
select
    artist_id,
    arg_max(home_market, reference_key) as home_market
from home_answers
where home_market is not null
group by artist_id
