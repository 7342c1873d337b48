-- One row per chart, artist and comeback: a return after at least 26 periods without an entry.
-- Only periods that history has count as an absence, and an artist whose absence ends after a gap
-- may have returned within it. Every credited artist counts, featured artists included.
-- variable charts: only these charts are read; by default, all are
-- last_there: last day of the last period before the absence
-- period_end: last day of the period of the return
-- absence: number of periods without an entry that history has
-- song_name: highest song of the artist in the period of the return
-- position: its position
with

artist_periods as (

    select
        entry_artists.chart_id,
        entry_artists.artist_key,
        list_sort(list(numbered_periods.number)) as numbers
    from entry_artists
    inner join numbered_periods
        on entry_artists.chart_id = numbered_periods.chart_id
        and entry_artists.period_start = numbered_periods.period_start
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]),
            entry_artists.chart_id
        )
    group by entry_artists.chart_id, entry_artists.artist_key

),

neighbours as (

    select
        chart_id,
        artist_key,
        unnest(list_zip(numbers[:-2], numbers[2:])) as pair
    from artist_periods
    where numbers[-1] - numbers[1] > 26

),

absences as (

    select
        chart_id,
        artist_key,
        pair[1] as number_before,
        pair[2] as number,
        pair[2] - pair[1] - 1 as absence
    from neighbours
    where pair[2] - pair[1] > 26

),

dated_absences as (

    select
        absences.chart_id,
        absences.artist_key,
        absences.absence,
        earlier.period_end as last_there,
        later.period_start,
        later.period_end
    from absences
    inner join numbered_periods as earlier
        on absences.chart_id = earlier.chart_id
        and absences.number_before = earlier.number
    inner join numbered_periods as later
        on absences.chart_id = later.chart_id
        and absences.number = later.number

)

select
    dated_absences.chart_id,
    dated_absences.artist_key,
    any_value(entry_artists.artist_name) as artist_name,
    dated_absences.last_there,
    dated_absences.period_end,
    dated_absences.absence,
    arg_min(entry_artists.song_name, entry_artists.position) as song_name,
    min(entry_artists.position) as position
from dated_absences
inner join entry_artists
    on dated_absences.chart_id = entry_artists.chart_id
    and dated_absences.artist_key = entry_artists.artist_key
    and dated_absences.period_start = entry_artists.period_start
where
    list_contains(
        coalesce(getvariable('charts')::varchar[], [entry_artists.chart_id]), entry_artists.chart_id
    )
group by all
order by
    dated_absences.chart_id asc,
    dated_absences.absence desc,
    dated_absences.period_end asc,
    dated_absences.artist_key asc
