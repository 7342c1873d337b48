-- One row per chart, month and genre: its share of the chart's weight. An artist's part is
-- split equally among the artist's genres; where none is known it counts as unknown, and
-- the coverage is what is left.
-- genre: the genre, or unknown
with

parts as (

    select
        chart_id,
        date_trunc('month', period_end)::date as month,
        weight / greatest(coalesce(len(genres), 0), 1) as weight,
        unnest(case when len(genres) > 0 then genres else ['unknown'] end) as genre
    from entry_artists

)

select
    chart_id,
    month,
    genre,
    sum(weight) / sum(sum(weight)) over (partition by chart_id, month) as share
from parts
group by chart_id, month, genre
order by chart_id asc, month asc, share desc, genre asc
