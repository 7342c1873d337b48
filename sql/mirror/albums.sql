-- One row per album of a published snapshot.
-- album_name: the title as shown
-- album_type: album, single or compilation
-- release_date: text, as given: a year, a month or a day
-- release_date_precision: year, month or day
-- release_year: the year of release_date
-- total_tracks: how many tracks it has
-- album_url: its page at Spotify
select
    null::varchar as chart_id,
    null::timestamp as snapshot_at,
    null::date as snapshot_date,
    null::varchar as album_id,
    null::varchar as album_name,
    null::varchar as album_type,
    null::varchar as release_date,
    null::varchar as release_date_precision,
    null::integer as release_year,
    null::integer as total_tracks,
    null::varchar as album_url,
    null::varchar[] as artist_ids
where false
