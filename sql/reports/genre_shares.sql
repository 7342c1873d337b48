-- One row per chart, month and genre: the genre's share of the weight.
-- The weight of an artist is split equally among the artist's genres. It counts as `unknown` if
-- no genre is known, so the genre coverage is 1 minus the share of `unknown`.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- genre: genre of the artist, or `unknown`
-- share: share of the weight of the month, from 0 to 1
with

genre_weights as (

    select
        chart_id,
        date_trunc('month', period_end)::date as month,
        weight / greatest(coalesce(len(genres), 0), 1) as weight,
        unnest(case when len(genres) > 0 then genres else ['unknown'] end) as genre
    from entry_artists
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

)

select
    chart_id,
    month,
    genre,
    sum(weight) / sum(sum(weight)) over (partition by chart_id, month) as share
from genre_weights
group by chart_id, month, genre
order by chart_id asc, month asc, round(share, 12) desc, genre asc
