-- One row per credited artist of a published snapshot.
-- artist_name: the name as shown
-- artist_url: the artist's page at Spotify
-- genres: null where they were not read, empty where they were and there are none
-- followers: how many follow the artist at Spotify, where it said
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::date as snapshot_date,
    null::varchar as artist_id,
    null::varchar as artist_name,
    null::varchar as artist_url,
    null::varchar[] as genres,
    null::bigint as followers,
    null::integer as popularity
where false
