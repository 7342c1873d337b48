-- One row per credited artist of a published snapshot.
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
