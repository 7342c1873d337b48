-- One row per entry and credited artist; an entry's weight is split equally among its
-- artists, features included, so that shares add up to one. Where the artists are
-- unknown, as in a chart file before enrichment, the credit as shown stands for them.
-- weight: the artist's part of the entry's weight
-- artist_key: the artist's id, or credit: and the credit as shown
with

weighted_entries as (

    select * from weighted_entries

),

current_artists as (

    select * from current_artists

),

credited as (

    select
        *,
        case when len(artist_ids) > 0 then artist_ids else ['credit:' || artist_credit] end
            as credits
    from weighted_entries
    where artist_credit is not null or len(artist_ids) > 0

),

split as (

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
    from credited

)

select
    split.chart_id,
    split.period,
    split.period_start,
    split.period_end,
    split.position,
    split.run_id,
    split.song_name,
    split.weight,
    split.artist_key,
    coalesce(current_artists.artist_name, split.artist_credit) as artist_name,
    current_artists.genres
from split
left join current_artists on split.artist_key = current_artists.artist_id
