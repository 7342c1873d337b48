-- One row per entry of a song chart and credited artist, featured artists included.
-- The weight of an entry is split equally among its artists, so that shares add up to one.
-- If the artists are unknown, as in chart files before enrichment, the whole artist credit counts
-- as one artist.
-- weight: the artist's part of the weight of the entry
-- artist_key: artist id, or `credit:` and the artist credit if the artists are unknown
-- artist_name: latest name of the artist, or the artist credit if the artists are unknown
-- genres: latest genres of the artist; null if unknown
with

credited_entries as (

    select
        *,
        case when len(artist_ids) > 0 then artist_ids else ['credit:' || artist_credit] end
            as credits
    from weighted_entries
    where kind = 'song' and (artist_credit is not null or len(artist_ids) > 0)

),

split_entries as (

    select
        chart_id,
        period,
        period_start,
        period_end,
        position,
        run_id,
        song_name,
        artist_credit,
        weight / len(credits) as weight,
        unnest(credits) as artist_key
    from credited_entries

)

select
    split_entries.chart_id,
    split_entries.period,
    split_entries.period_start,
    split_entries.period_end,
    split_entries.position,
    split_entries.run_id,
    split_entries.song_name,
    split_entries.weight,
    split_entries.artist_key,
    coalesce(current_artists.artist_name, split_entries.artist_credit) as artist_name,
    current_artists.genres
from split_entries
left join current_artists on split_entries.artist_key = current_artists.artist_id
