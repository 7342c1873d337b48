-- One row per chart and artist: the career on the chart, the most periods first.
-- Every credited artist counts, featured artists included. An absence counts only periods that
-- history has; a comeback is a return after an absence of at least 26 of them. Each chart has the
-- two hundred artists with the most entries.
-- variable charts: only these charts are read; by default, all are
-- variable artists: keys of the artists, if not those with the most entries; a list
-- variable since: careers that ended before this day are left out; the figures stay the same
-- variable until: careers that began after this day are left out; the figures stay the same
-- first_song: the highest song of the first period
-- songs: number of songs, each run counted once
-- number_ones: number of songs that were number one
-- top_tens: number of songs that were in the top ten
-- periods: number of periods with an entry of the artist
-- periods_at_one: number of periods at number one
-- best_year: year with the largest share of the weight of the chart
-- longest_absence: most periods without an entry between two with one
-- comebacks: number of returns after 26 periods or more
-- is_one_hit_wonder: whether exactly one of the songs was in the top ten, and none is there now
with

known_periods as (

    select
        chart_id,
        period_start,
        number,
        max(period_start) over (partition by chart_id) as latest_start
    from numbered_periods

),

artist_years as (

    select
        chart_id,
        artist_key,
        year(period_end) as year,
        sum(weight) as weight,
        count(*) as entries,
        min(period_end) as first_date,
        max(period_end) as last_date
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, artist_key, year(period_end)

),

years as (

    select
        chart_id,
        year,
        sum(weight) as weight
    from artist_years
    group by chart_id, year

),

best_years as (

    select
        artist_years.chart_id,
        artist_years.artist_key,
        arg_max(artist_years.year, (artist_years.weight / years.weight, -artist_years.year))
            as best_year,
        sum(artist_years.entries) as entries
    from artist_years
    inner join years
        on artist_years.chart_id = years.chart_id
        and artist_years.year = years.year
    where
        getvariable('artists') is null
        or list_contains(getvariable('artists')::varchar[], artist_years.artist_key)
    group by artist_years.chart_id, artist_years.artist_key
    having
        max(artist_years.last_date) >= coalesce(getvariable('since')::date, '-infinity'::date)
        and min(artist_years.first_date) <= coalesce(getvariable('until')::date, 'infinity'::date)

),

-- Numbers take the place of the keys, which are long.
listed_artists as (

    select
        *,
        row_number() over (order by chart_id, artist_key) as artist
    from best_years
    qualify
        getvariable('artists') is not null
        or row_number() over (partition by chart_id order by entries desc, artist_key asc) <= 200

),

artist_entries as materialized (

    select
        listed_artists.artist,
        known_periods.number,
        entry_artists.period_end,
        entry_artists.period_start = known_periods.latest_start as is_latest,
        entry_artists.artist_name,
        entry_artists.song_name,
        entry_artists.run_id,
        entry_artists.position
    from entry_artists
    inner join listed_artists
        on entry_artists.chart_id = listed_artists.chart_id
        and entry_artists.artist_key = listed_artists.artist_key
    inner join known_periods
        on entry_artists.chart_id = known_periods.chart_id
        and entry_artists.period_start = known_periods.period_start
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )

),

artist_periods as (

    select
        artist,
        number,
        any_value(period_end) as period_end,
        min(position) as position,
        min(position) <= 10 and any_value(is_latest) as is_there_now,
        number - 1 - lag(number) over (partition by artist order by number) as absence
    from artist_entries
    group by artist, number

),

artist_songs as (

    select
        artist,
        run_id,
        min(position) as peak_position
    from artist_entries
    group by artist, run_id

),

counted_songs as (

    select
        artist,
        count(*) as songs,
        count(*) filter (where peak_position = 1) as number_ones,
        count(*) filter (where peak_position <= 10) as top_tens
    from artist_songs
    group by artist

),

first_songs as (

    select
        artist,
        any_value(artist_name) as artist_name,
        arg_min(song_name, (number, position)) as first_song
    from artist_entries
    group by artist

),

careers as (

    select
        artist,
        min(period_end) as first_date,
        max(period_end) as last_date,
        count(*) as periods,
        count(*) filter (where position = 1) as periods_at_one,
        min(position) as peak_position,
        coalesce(max(absence), 0) as longest_absence,
        count(*) filter (where absence >= 26) as comebacks,
        bool_or(is_there_now) as is_there_now
    from artist_periods
    group by artist

)

select
    listed_artists.chart_id,
    listed_artists.artist_key,
    first_songs.artist_name,
    careers.first_date,
    first_songs.first_song,
    careers.last_date,
    counted_songs.songs,
    counted_songs.number_ones,
    counted_songs.top_tens,
    careers.peak_position,
    careers.periods,
    careers.periods_at_one,
    listed_artists.best_year,
    careers.longest_absence,
    careers.comebacks,
    counted_songs.top_tens = 1 and not careers.is_there_now as is_one_hit_wonder
from listed_artists
inner join careers on listed_artists.artist = careers.artist
inner join first_songs on listed_artists.artist = first_songs.artist
inner join counted_songs on listed_artists.artist = counted_songs.artist
order by listed_artists.chart_id asc, careers.periods desc, listed_artists.artist_key asc
