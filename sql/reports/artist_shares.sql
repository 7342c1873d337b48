-- One row per chart, month and artist: the artist's share of the weight.
-- Every credited artist counts, featured artists included. The weight of an entry is split equally
-- among its artists.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- month: first day of the month in which the period ends
-- artist_name: latest name of the artist, or the artist credit if the artists are unknown
-- share: share of the weight of the month, from 0 to 1
select
    chart_id,
    date_trunc('month', period_end)::date as month,
    artist_key,
    any_value(artist_name) as artist_name,
    sum(weight) / sum(sum(weight)) over (
        partition by chart_id, date_trunc('month', period_end)
    ) as share
from entry_artists
where
    period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by chart_id, date_trunc('month', period_end), artist_key
order by chart_id asc, month asc, share desc, artist_key asc
