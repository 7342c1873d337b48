-- One row per chart, month and artist: the artist's share of the chart's weight. Features
-- count: an entry's weight is split equally among all its credited artists.
-- month: the first day of the month in which the period ends
select
    chart_id,
    date_trunc('month', period_end)::date as month,
    artist_key,
    any_value(artist_name) as artist_name,
    sum(weight) / sum(sum(weight)) over (
        partition by chart_id, date_trunc('month', period_end)
    ) as share
from entry_artists
group by chart_id, date_trunc('month', period_end), artist_key
order by chart_id asc, month asc, share desc, artist_key asc
