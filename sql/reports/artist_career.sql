-- One row per chart and artist: the career on the chart, the most periods first.
-- Every credited artist counts, featured artists included. An absence counts only periods that
-- history has, since it last lacked half a year; a comeback is a return after an absence of at
-- least 26 of them. Each chart has the two hundred artists with the most entries.
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
-- is_one_hit_wonder: whether it is one, as in one_hit_wonders; null if gaps may hide more hits
with

chart_entries as not materialized (

    select
        * replace (case when len(artist_ids) > 0 then artist_ids end as artist_ids),
        case when len(artist_ids) > 0 then array_to_string(artist_ids, ',') else artist_credit end
            as credit
    from credited_entries
    where list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)

),

-- Credits are far fewer than entries, which are summed before those are taken apart.
credit_years as (

    select
        chart_id,
        credit,
        artist_ids,
        year(period_end) as year,
        sum(weight) as weight,
        count(*) as entries,
        min(period_end) as first_date,
        max(period_end) as last_date
    from chart_entries
    group by chart_id, credit, artist_ids, year(period_end)

),

listed_credits as (

    select
        credit_years.*,
        coalesce(credit_years.artist_ids, credits.artist_keys) as artist_keys,
        case when credit_years.artist_ids is null then credits.artist_names end as artist_names
    from credit_years
    left join credits on credit_years.credit = credits.artist_credit

),

split_credits as (

    select
        *,
        weight / len(artist_keys) as artist_weight,
        unnest(artist_keys) as artist_key,
        unnest(artist_names) as credited_name
    from listed_credits

),

artist_years as (

    select
        chart_id,
        artist_key,
        year,
        max(credited_name) as credited_name,
        sum(artist_weight) / sum(sum(artist_weight)) over (partition by chart_id, year) as share,
        sum(entries) as entries,
        min(first_date) as first_date,
        max(last_date) as last_date
    from split_credits
    group by chart_id, artist_key, year

),

best_years as (

    select
        chart_id,
        artist_key,
        arg_max(year, (round(share, 12), -year)) as best_year,
        max(credited_name) as credited_name,
        sum(entries) as entries,
        min(first_date) as first_date,
        max(last_date) as last_date
    from artist_years
    where
        getvariable('artists') is null
        or list_contains(getvariable('artists')::varchar[], artist_key)
    group by chart_id, artist_key
    having
        max(last_date) >= coalesce(getvariable('since')::date, '-infinity'::date)
        and min(first_date) <= coalesce(getvariable('until')::date, 'infinity'::date)

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

artist_credits as (

    select distinct
        split_credits.chart_id,
        split_credits.credit,
        listed_artists.artist
    from split_credits
    inner join listed_artists
        on split_credits.chart_id = listed_artists.chart_id
        and split_credits.artist_key = listed_artists.artist_key

),

artist_entries as materialized (

    select
        artist_credits.artist,
        chart_entries.period_number,
        chart_entries.period_end,
        chart_entries.position,
        chart_entries.song_name,
        chart_entries.run_id,
        chart_entries.reported_peak
    from chart_entries
    inner join artist_credits
        on chart_entries.chart_id = artist_credits.chart_id
        and chart_entries.credit = artist_credits.credit

),

artist_periods as (

    select
        artist,
        period_number,
        period_end,
        min(position) as position
    from artist_entries
    group by artist, period_number, period_end

),

neighbours as (

    select
        *,
        lag(period_number) over (partition by artist order by period_number) as number_before
    from artist_periods

),

absences as (

    select
        neighbours.artist,
        later.number - greatest(earlier.number + 1, later.stretch_start) as absence
    from neighbours
    inner join listed_artists on neighbours.artist = listed_artists.artist
    inner join numbered_periods as later
        on listed_artists.chart_id = later.chart_id
        and neighbours.period_number = later.period_number
    inner join numbered_periods as earlier
        on listed_artists.chart_id = earlier.chart_id
        and neighbours.number_before = earlier.period_number
    where neighbours.period_number > neighbours.number_before + 1

),

artist_songs as (

    select
        artist,
        run_id,
        min(position) as peak_position,
        min(reported_peak) as reported_peak
    from artist_entries
    group by artist, run_id

),

counted_songs as (

    select
        artist,
        count(*) as songs,
        count(*) filter (where peak_position = 1) as number_ones,
        count(*) filter (where peak_position <= 10) as top_tens,
        count(*) filter (where peak_position <= 10 or reported_peak <= 10) as hits
    from artist_songs
    group by artist

),

first_songs as (

    select
        artist,
        arg_min(song_name, (period_number, position)) as first_song
    from artist_entries
    group by artist

),

careers as (

    select
        artist,
        count(*) as periods,
        count(*) filter (where position = 1) as periods_at_one,
        min(position) as peak_position,
        max(period_end) filter (where position <= 10) as last_top_ten_date
    from artist_periods
    group by artist

),

counted_absences as (

    select
        artist,
        max(absence) as longest_absence,
        count(*) filter (where absence >= 26) as comebacks
    from absences
    group by artist

),

latest_periods as (

    select
        chart_id,
        max(period_end) as latest_date,
        count(*) >= 0.95 * (max(period_number) - min(period_number) + 1) as is_history_known
    from chart_periods
    group by chart_id

)

select
    listed_artists.chart_id,
    listed_artists.artist_key,
    coalesce(current_artists.artist_name, listed_artists.credited_name) as artist_name,
    listed_artists.first_date,
    first_songs.first_song,
    listed_artists.last_date,
    counted_songs.songs,
    counted_songs.number_ones,
    counted_songs.top_tens,
    careers.peak_position,
    careers.periods,
    careers.periods_at_one,
    listed_artists.best_year,
    coalesce(counted_absences.longest_absence, 0) as longest_absence,
    coalesce(counted_absences.comebacks, 0) as comebacks,
    case
        when counted_songs.hits > 1 then false
        when latest_periods.latest_date - careers.last_top_ten_date < 365 then false
        when latest_periods.is_history_known then counted_songs.top_tens = 1
    end as is_one_hit_wonder
from listed_artists
inner join careers on listed_artists.artist = careers.artist
inner join first_songs on listed_artists.artist = first_songs.artist
inner join counted_songs on listed_artists.artist = counted_songs.artist
inner join latest_periods on listed_artists.chart_id = latest_periods.chart_id
left join current_artists on listed_artists.artist_key = current_artists.artist_id
left join counted_absences on listed_artists.artist = counted_absences.artist
order by listed_artists.chart_id asc, careers.periods desc, listed_artists.artist_key asc
