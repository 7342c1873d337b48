-- One row per chart and artist: the career on the chart, the most periods first.
-- Every credited artist counts, featured artists included. An absence counts only periods that
-- history has; a comeback is a return after an absence of at least 26 of them.
-- variable charts: only these charts are read; by default, all are
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
        row_number() over (partition by chart_id order by period_number) as number,
        max(period_start) over (partition by chart_id) as latest_start
    from chart_periods

),

artist_periods as (

    select
        entry_artists.chart_id,
        entry_artists.artist_key,
        known_periods.number,
        any_value(entry_artists.period_end) as period_end,
        any_value(entry_artists.artist_name) as artist_name,
        arg_min(entry_artists.song_name, entry_artists.position) as song_name,
        min(entry_artists.position) as position,
        min(entry_artists.position) <= 10
        and any_value(entry_artists.period_start = known_periods.latest_start) as is_there_now,
        known_periods.number - 1 - lag(known_periods.number) over (
            partition by entry_artists.chart_id, entry_artists.artist_key
            order by known_periods.number
        ) as absence
    from entry_artists
    inner join known_periods
        on entry_artists.chart_id = known_periods.chart_id
        and entry_artists.period_start = known_periods.period_start
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )
    group by entry_artists.chart_id, entry_artists.artist_key, known_periods.number

),

artist_songs as (

    select
        chart_id,
        artist_key,
        run_id,
        min(position) as peak_position
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, artist_key, run_id

),

counted_songs as (

    select
        chart_id,
        artist_key,
        count(*) as songs,
        count(*) filter (where peak_position = 1) as number_ones,
        count(*) filter (where peak_position <= 10) as top_tens
    from artist_songs
    group by chart_id, artist_key

),

year_shares as (

    select
        chart_id,
        artist_key,
        year(period_end) as year,
        sum(weight) / sum(sum(weight)) over (partition by chart_id, year(period_end)) as share
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, artist_key, year(period_end)

),

best_years as (

    select
        chart_id,
        artist_key,
        arg_max(year, (share, -year)) as best_year
    from year_shares
    group by chart_id, artist_key

),

careers as (

    select
        chart_id,
        artist_key,
        any_value(artist_name) as artist_name,
        min(period_end) as first_date,
        arg_min(song_name, number) as first_song,
        max(period_end) as last_date,
        count(*) as periods,
        count(*) filter (where position = 1) as periods_at_one,
        min(position) as peak_position,
        coalesce(max(absence), 0) as longest_absence,
        count(*) filter (where absence >= 26) as comebacks,
        bool_or(is_there_now) as is_there_now
    from artist_periods
    group by chart_id, artist_key

)

select
    careers.chart_id,
    careers.artist_key,
    careers.artist_name,
    careers.first_date,
    careers.first_song,
    careers.last_date,
    counted_songs.songs,
    counted_songs.number_ones,
    counted_songs.top_tens,
    careers.peak_position,
    careers.periods,
    careers.periods_at_one,
    best_years.best_year,
    careers.longest_absence,
    careers.comebacks,
    counted_songs.top_tens = 1 and not careers.is_there_now as is_one_hit_wonder
from careers
inner join counted_songs
    on careers.chart_id = counted_songs.chart_id
    and careers.artist_key = counted_songs.artist_key
inner join best_years
    on careers.chart_id = best_years.chart_id
    and careers.artist_key = best_years.artist_key
where
    careers.last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and careers.first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by careers.chart_id asc, careers.periods desc, careers.artist_key asc
