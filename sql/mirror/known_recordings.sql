-- One row per recording, as in recordings, but for its markets, which follow from its charts.
select
    null::varchar as recording_key,
    null::varchar as song_name,
    null::varchar as artist_credit,
    null::integer as song_count,
    null::varchar as isrc,
    null::varchar[] as charts,
    null::date as first_date,
    null::date as last_date,
    null::integer as best_position
where false
