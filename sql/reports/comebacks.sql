-- One row per chart, artist and comeback: a return after at least 26 periods without an entry.
-- Only periods that history has count as an absence, and an artist whose absence ends after a gap
-- may have returned within it. Where history lacks half a year or more, artists may have been there
-- in between: only the absence since then counts. Featured artists count, too.
-- variable charts: only these charts are read; by default, all are
-- last_there: last day of the last period before the absence
-- period_end: last day of the period of the return
-- absence: number of periods without an entry that history has
-- song_name: highest song of the artist in the period of the return
-- position: its position
with

-- An absence of 26 periods is longer than a block, so it begins and ends in different ones.
artist_blocks as (

    select
        chart_id,
        artist_key,
        period_number - period_number % 27 as block,
        max(artist_name) as artist_name,
        min(period_number) as first_number,
        max(period_number) as last_number,
        arg_min(song_name, (period_number, position)) as song_name,
        arg_min(position, (period_number, position)) as position
    from entry_artists
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id, artist_key, period_number - period_number % 27

),

neighbours as (

    select
        *,
        lag(last_number) over (partition by chart_id, artist_key order by block) as number_before
    from artist_blocks

)

select
    neighbours.chart_id,
    neighbours.artist_key,
    neighbours.artist_name,
    earlier.period_end as last_there,
    later.period_end,
    later.number - greatest(earlier.number + 1, later.stretch_start) as absence,
    neighbours.song_name,
    neighbours.position
from neighbours
inner join numbered_periods as earlier
    on neighbours.chart_id = earlier.chart_id
    and neighbours.number_before = earlier.period_number
inner join numbered_periods as later
    on neighbours.chart_id = later.chart_id
    and neighbours.first_number = later.period_number
where later.number - greatest(earlier.number + 1, later.stretch_start) >= 26
order by
    neighbours.chart_id asc,
    absence desc,
    later.period_end asc,
    neighbours.artist_key asc
