-- One row per chart, year and newcomer: artists whose first entry came in the year, biggest first.
-- An artist counts only if history has the year before the first entry, 95 % of its periods at
-- least. The 100 with the largest share are listed. Featured artists count, too.
-- variable charts: only these charts are read; by default, all are
-- variable since: artists who came before this day are left out; the figures stay the same
-- variable until: artists who came after this day are left out; the figures stay the same
-- year: year in which the artist came
-- place: place among the newcomers of the year
-- newcomers: number of newcomers of the year
-- first_date: last day of the first period with an entry
-- first_song: highest song of that period
-- songs: number of songs in the year
-- entries: number of entries in the year
-- peak_position: highest position in the year
-- share: share of the weight of the year, from 0 to 1
with

song_years as (

    select
        chart_id,
        artist_key,
        year(period_end) as year,
        run_id,
        any_value(artist_name) as artist_name,
        any_value(song_name) as song_name,
        count(*) as entries,
        sum(weight) as weight,
        min(position) as peak_position,
        min(period_end) as first_date,
        arg_min(position, period_end) as first_position
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by all

),

artist_years as (

    select
        chart_id,
        artist_key,
        year,
        any_value(artist_name) as artist_name,
        min(first_date) as first_date,
        arg_min(song_name, (first_date, first_position)) as first_song,
        count(*) as songs,
        sum(entries)::bigint as entries,
        min(peak_position) as peak_position,
        sum(weight) / sum(sum(weight)) over (partition by chart_id, year) as share
    from song_years
    group by chart_id, artist_key, year

),

-- How many of the periods in the year before history has.
known_periods as (

    select
        chart_id,
        period_end,
        period_end - min(period_end) over (partition by chart_id) as days_of_history,
        (count(*) over year_before - 1) * (period_end - period_start + 1) / 365 as known_share
    from chart_periods
    window year_before as (
        partition by chart_id
        order by period_end
        range between interval 365 days preceding and current row
    )

),

first_years as (

    select *
    from artist_years
    qualify year = min(year) over (partition by chart_id, artist_key)

)

select
    first_years.chart_id,
    first_years.year,
    rank() over (
        partition by first_years.chart_id, first_years.year
        order by first_years.share desc
    ) as place,
    first_years.artist_name,
    first_years.first_date,
    first_years.first_song,
    first_years.songs,
    first_years.entries,
    first_years.peak_position,
    first_years.share,
    count(*) over (partition by first_years.chart_id, first_years.year) as newcomers,
    first_years.artist_key
from first_years
inner join known_periods
    on first_years.chart_id = known_periods.chart_id
    and first_years.first_date = known_periods.period_end
where known_periods.days_of_history >= 365 and known_periods.known_share >= 0.95
qualify
    place <= 100
    and first_years.first_date between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
order by
    first_years.chart_id asc,
    first_years.year asc,
    place asc,
    first_years.artist_key asc
