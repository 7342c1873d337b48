-- One row per touched recording, as it is from now on.
-- Of the latest entries, the highest in the first chart by id gives the name and the artists.
select
    keyed_parts.recording_key,
    arg_min(song_name, (-epoch_us(latest_at), chart_id, latest_position)) as song_name,
    arg_min(artist_credit, (-epoch_us(latest_at), chart_id, latest_position)) as artist_credit,
    count(distinct song_id) as song_count,
    arg_min(isrc, (-epoch_us(latest_at), chart_id, latest_position)) as isrc,
    list_sort(list(distinct chart_id)) as charts,
    min(first_date) as first_date,
    max(last_date) as last_date,
    min(best_position) as best_position,
    min(namesake_key) as namesake_key
from keyed_parts
left join namesakes on keyed_parts.recording_key = namesakes.recording_key
group by keyed_parts.recording_key
order by artist_credit, song_name, keyed_parts.recording_key
