-- One row per artist and reference: what MusicBrainz said about the artist's home.
-- artist_id: Spotify id of the artist
-- reference_key: key of the reference in the lake
-- home_market: country of the artist, as in market; null if MusicBrainz does not know it
select
    null::varchar as artist_id,
    null::varchar as reference_key,
    null::varchar as home_market
where false
