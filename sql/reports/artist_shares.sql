-- One row per chart, month and artist: the artist's share of the weight.
-- Every credited artist counts, featured artists included. The weight of an entry is split equally
-- among its artists. Each month has the twenty largest shares.
-- variable artists: keys of the artists, if not the largest of each month; a list
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- month: first day of the month in which the period ends
-- artist_name: latest name of the artist, or the artist credit if the artists are unknown
-- share: share of the weight of the month, from 0 to 1
with

artist_months as (

    select
        chart_id,
        date_trunc('month', period_end)::date as month,
        artist_key,
        max(artist_name) as artist_name,
        sum(weight) as weight
    from entry_artists
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id, date_trunc('month', period_end), artist_key

),

-- least_weight: weight of the artist in the twentieth place
months as (

    select
        chart_id,
        month,
        sum(weight) as weight,
        list_min(max(round(weight, 6), 20)) as least_weight
    from artist_months
    group by chart_id, month

)

select
    artist_months.chart_id,
    artist_months.month,
    artist_months.artist_key,
    artist_months.artist_name,
    artist_months.weight / months.weight as share
from artist_months
inner join months
    on artist_months.chart_id = months.chart_id
    and artist_months.month = months.month
where
    case
        when getvariable('artists') is null
            then round(artist_months.weight, 6) >= months.least_weight
        else list_contains(getvariable('artists')::varchar[], artist_months.artist_key)
    end
order by
    artist_months.chart_id asc,
    artist_months.month asc,
    round(artist_months.weight / months.weight, 12) desc,
    artist_months.artist_key asc
