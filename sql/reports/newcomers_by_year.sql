-- One row per chart, year and newcomer: artists whose first entry came in the year, biggest first.
-- An artist counts only if history has the 53 weeks before the first entry, 95 % of their periods
-- and the earliest of them, and if Spotify's own figures, where chart files have them, do not say
-- that a song of the artist was on the chart earlier. Entries before these weeks are found only as
-- far as history or these figures tell. The 100 with the largest share are listed. Featured artists
-- count, too.
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
        year(period_end) as year,
        artist_credit,
        artist_ids,
        run_id,
        max(song_name) as song_name,
        count(*) as entries,
        sum(weight) as weight,
        min(position) as peak_position,
        min(period_end) as first_date,
        arg_min(position, period_end) as first_position,
        min(coalesce(reported_periods, 1)) as reported_periods
    from credited_entries
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, year(period_end), artist_credit, artist_ids, run_id

),

credited_songs as (

    select
        song_years.*,
        case
            when len(song_years.artist_ids) > 0 then song_years.artist_ids
            else credits.artist_keys
        end as artist_keys,
        case when len(song_years.artist_ids) > 0 then null else credits.artist_names end
            as artist_names
    from song_years
    left join credits on song_years.artist_credit = credits.artist_credit

),

split_songs as (

    select
        chart_id,
        year,
        run_id,
        song_name,
        entries,
        weight / len(artist_keys) as weight,
        peak_position,
        first_date,
        first_position,
        reported_periods,
        unnest(artist_keys) as artist_key,
        unnest(artist_names) as credited_name
    from credited_songs

),

years as (

    select
        chart_id,
        year,
        sum(weight) as weight
    from song_years
    group by chart_id, year

),

artists as (

    select
        chart_id,
        artist_key,
        min(year) as year
    from split_songs
    group by chart_id, artist_key

),

-- How many of the periods in the 53 weeks before history has, and how many it lacks altogether.
known_periods as (

    select
        chart_id,
        period_end,
        period_number - row_number() over (partition by chart_id order by period_number) as lacking,
        period_end - min(period_end) over (partition by chart_id) as days_of_history,
        period_end - min(period_end) over weeks_before as days_of_weeks,
        (count(*) over weeks_before - 1) * (period_end - period_start + 1) / 371 as known_share
    from chart_periods
    window weeks_before as (
        partition by chart_id
        order by period_end
        range between interval 371 days preceding and current row
    )

),

artist_songs as (

    select
        split_songs.chart_id,
        split_songs.artist_key,
        split_songs.year,
        split_songs.run_id,
        max(split_songs.credited_name) as credited_name,
        min(split_songs.first_date) as first_date,
        arg_min(
            split_songs.song_name,
            (split_songs.first_date, split_songs.first_position, split_songs.song_name)
        ) as song_name,
        arg_min(
            split_songs.first_position, (split_songs.first_date, split_songs.first_position)
        ) as first_position,
        min(split_songs.reported_periods) as reported_periods,
        sum(split_songs.entries) as entries,
        min(split_songs.peak_position) as peak_position,
        sum(split_songs.weight) as weight
    from split_songs
    inner join artists
        on split_songs.chart_id = artists.chart_id
        and split_songs.artist_key = artists.artist_key
        and split_songs.year = artists.year
    group by
        split_songs.chart_id,
        split_songs.artist_key,
        split_songs.year,
        split_songs.run_id

),

-- A song was there before the artist's first period if Spotify has counted more periods than
-- history lacks between.
first_years as (

    select
        artist_songs.chart_id,
        artist_songs.artist_key,
        artist_songs.year,
        max(artist_songs.credited_name) as credited_name,
        min(artist_songs.first_date) as first_date,
        arg_min(
            artist_songs.song_name,
            (artist_songs.first_date, artist_songs.first_position, artist_songs.song_name)
        ) as first_song,
        count(*) as songs,
        sum(artist_songs.entries)::bigint as entries,
        min(artist_songs.peak_position) as peak_position,
        sum(artist_songs.weight) / any_value(years.weight) as share
    from artist_songs
    inner join years
        on artist_songs.chart_id = years.chart_id
        and artist_songs.year = years.year
    inner join known_periods
        on artist_songs.chart_id = known_periods.chart_id
        and artist_songs.first_date = known_periods.period_end
    group by artist_songs.chart_id, artist_songs.artist_key, artist_songs.year
    having
        max(artist_songs.reported_periods - 1 - known_periods.lacking) + min(known_periods.lacking)
        <= 0

)

select
    first_years.chart_id,
    first_years.year,
    rank() over (
        partition by first_years.chart_id, first_years.year
        order by round(first_years.share, 12) desc
    ) as place,
    coalesce(current_artists.artist_name, first_years.credited_name) as artist_name,
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
left join current_artists on first_years.artist_key = current_artists.artist_id
where
    known_periods.days_of_history >= 371
    and known_periods.days_of_weeks >= 364
    and known_periods.known_share >= 0.95
qualify
    place <= 100
    and first_years.first_date between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
order by
    first_years.chart_id asc,
    first_years.year asc,
    place asc,
    first_years.artist_key asc
