-- One row per chart, year and genre: the genre's share of the weight, and how it changed.
-- Each period counts the same, whatever its streams. The weight of an artist is split equally among
-- the artist's genres; it counts as `unknown` if no genre is known.
-- variable charts: only these charts are read; by default, all are
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- genre: genre of the artist, or `unknown`
-- share: share of the weight of the year, from 0 to 1
-- known_share: share of the weight whose genre is known, from 0 to 1
-- share_of_known: share of the weight whose genre is known; null for `unknown`
-- share_change: its difference from the year before; null if history has no genre of that year
with

period_weights as (

    select
        chart_id,
        period_start,
        sum(weight) as weight
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
        and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id, period_start

),

-- Lists of genres are few; the entries are summed before these are taken apart.
listed_weights as (

    select
        entry_artists.chart_id,
        year(entry_artists.period_end) as year,
        case when len(entry_artists.genres) > 0 then entry_artists.genres else ['unknown'] end
            as genres,
        sum(entry_artists.weight / nullif(period_weights.weight, 0)) as weight
    from entry_artists
    inner join period_weights
        on entry_artists.chart_id = period_weights.chart_id
        and entry_artists.period_start = period_weights.period_start
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )
    group by all

),

genre_weights as (

    select
        chart_id,
        year,
        weight / len(genres) as weight,
        unnest(genres) as genre
    from listed_weights

),

genre_shares as (

    select
        chart_id,
        year,
        genre,
        sum(weight) / sum(sum(weight)) over (partition by chart_id, year) as share
    from genre_weights
    group by chart_id, year, genre

),

known_shares as (

    select
        *,
        coalesce(sum(share) filter (where genre <> 'unknown') over by_year, 0) as known_share,
        case when genre <> 'unknown' then share / nullif(known_share, 0) end as share_of_known
    from genre_shares
    window by_year as (partition by chart_id, year)

),

known_years as (

    select distinct
        chart_id,
        year
    from known_shares
    where genre <> 'unknown'

)

select
    known_shares.chart_id,
    known_shares.year,
    known_shares.genre,
    known_shares.share,
    known_shares.known_share,
    known_shares.share_of_known,
    case
        when known_years.year is not null
            then known_shares.share_of_known - coalesce(earlier.share_of_known, 0)
    end as share_change
from known_shares
left join known_years
    on known_shares.chart_id = known_years.chart_id
    and known_shares.year = known_years.year + 1
left join known_shares as earlier
    on known_shares.chart_id = earlier.chart_id
    and known_shares.year = earlier.year + 1
    and known_shares.genre = earlier.genre
order by
    known_shares.chart_id asc,
    known_shares.year asc,
    round(known_shares.share, 12) desc,
    known_shares.genre asc
