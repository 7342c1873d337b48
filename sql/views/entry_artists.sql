-- One row per entry of a song chart and credited artist, featured artists included.
-- The weight of an entry is split equally among its artists, so that shares add up to one.
-- If the ids of the artists are unknown, as in chart files before enrichment, they are the names
-- that the artist credit is made of. A credit that is not resolved counts as one artist. If exactly
-- one artist with an id has the name, it is that artist.
-- weight: the artist's part of the weight of the entry
-- artist_key: artist id; else `name:` and the folded name, or `credit:` and an unresolved credit
-- artist_name: latest name of the artist, or as the credit has it if the id is unknown
-- genres: latest genres of the artist; null if unknown
with

listed_artists as (

    select
        credited_entries.*,
        case
            when len(credited_entries.artist_ids) > 0 then credited_entries.artist_ids
            else credits.artist_keys
        end as artist_keys,
        case when len(credited_entries.artist_ids) > 0 then null else credits.artist_names end
            as artist_names
    from credited_entries
    left join credits on credited_entries.artist_credit = credits.artist_credit

),

split_entries as (

    select
        chart_id,
        period,
        period_number,
        period_start,
        period_end,
        position,
        run_id,
        song_name,
        reported_peak,
        weight / len(artist_keys) as weight,
        unnest(artist_keys) as artist_key,
        unnest(artist_names) as credited_name
    from listed_artists

)

select
    split_entries.chart_id,
    split_entries.period,
    split_entries.period_number,
    split_entries.period_start,
    split_entries.period_end,
    split_entries.position,
    split_entries.run_id,
    split_entries.song_name,
    split_entries.weight,
    split_entries.reported_peak,
    split_entries.artist_key,
    coalesce(current_artists.artist_name, split_entries.credited_name) as artist_name,
    current_artists.genres
from split_entries
left join current_artists on split_entries.artist_key = current_artists.artist_id
