-- One row per chart and artist: songs, entries, highest position and share of the weight.
-- Every credited artist counts, featured artists included. The weight of an entry is split equally
-- among its artists. Each chart has the two hundred largest shares.
-- variable artists: keys of the artists, if not those with the largest shares; a list
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- artist_name: latest name of the artist, or the artist credit if the artists are unknown
-- songs: number of runs of the artist's songs
-- entries: number of the artist's entries
-- periods: number of periods with an entry of the artist
-- peak_position: highest position of the artist
-- first_date: last day of the first period with an entry of the artist
-- last_date: last day of the latest period with an entry of the artist
-- share: share of the weight of the chart, from 0 to 1
with

artist_weights as (

    select
        chart_id,
        artist_key,
        sum(weight) as weight
    from entry_artists
    where
        period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id, artist_key

),

-- least_weight: weight of the artist in the last place that is listed
chart_weights as (

    select
        chart_id,
        sum(weight) as weight,
        list_min(max(round(weight, 6), 200)) as least_weight
    from artist_weights
    group by chart_id

),

listed_artists as (

    select
        artist_weights.chart_id,
        artist_weights.artist_key,
        artist_weights.weight / chart_weights.weight as share
    from artist_weights
    inner join chart_weights on artist_weights.chart_id = chart_weights.chart_id
    where
        case
            when getvariable('artists') is null
                then round(artist_weights.weight, 6) >= chart_weights.least_weight
            else list_contains(getvariable('artists')::varchar[], artist_weights.artist_key)
        end

)

select
    listed_artists.chart_id,
    listed_artists.artist_key,
    max(entry_artists.artist_name) as artist_name,
    count(distinct entry_artists.run_id) as songs,
    count(*) as entries,
    count(distinct entry_artists.period_start) as periods,
    min(entry_artists.position) as peak_position,
    min(entry_artists.period_end) as first_date,
    max(entry_artists.period_end) as last_date,
    listed_artists.share
from listed_artists
inner join entry_artists
    on listed_artists.chart_id = entry_artists.chart_id
    and listed_artists.artist_key = entry_artists.artist_key
where
    entry_artists.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by listed_artists.chart_id, listed_artists.artist_key, listed_artists.share
order by
    listed_artists.chart_id asc,
    round(listed_artists.share, 12) desc,
    listed_artists.artist_key asc
