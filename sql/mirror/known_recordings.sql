-- One row per recording, as in recordings, but for its markets, which follow from its charts.
-- namesake_key: smallest key of the recordings that share titles and credits with this one, linked
-- over any number of them, although each has other ISRCs; null if no other recording does
select
    null::varchar as recording_key,
    null::varchar as song_name,
    null::varchar as artist_credit,
    null::integer as song_count,
    null::varchar as isrc,
    null::varchar[] as charts,
    null::date as first_date,
    null::date as last_date,
    null::integer as best_position,
    null::varchar as namesake_key
where false
