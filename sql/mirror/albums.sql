-- One row per album of a published snapshot.
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
