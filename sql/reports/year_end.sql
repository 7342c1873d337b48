-- One row per chart, year and run: the year-end chart, its first 100 places.
-- Songs are ranked by their streams of the year. If any entry of the year has no streams, they are
-- ranked by points. A missing period adds nothing to any song. Songs that tie share a place.
-- variable since: periods that end before this day do not count; by default, all do
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- place: place in the year-end chart
-- periods: number of periods on the chart in the year
-- periods_at_one: number of periods at number one in the year
-- peak_position: highest position in the year
-- points: points of the year: of each entry, the lowest position of its period + 1 - position
-- streams: streams of the year; null if the year is ranked by points
with

year_runs as (

    select
        chart_id,
        year(period_end) as year,
        coalesce(run_id, recording_id) as run_id,
        arg_max(song_name, period_end) filter (where is_highest) as song_name,
        arg_max(artist_credit, period_end) filter (where is_highest) as artist_credit,
        count(*) filter (where is_highest) as periods,
        count(*) filter (where position = 1) as periods_at_one,
        min(position) as peak_position,
        sum(lowest_position + 1 - position)::bigint as points,
        sum(streams)::bigint as streams,
        bool_and(has_streams) as has_streams
    from entries
    where
        period_number is not null
        and coalesce(run_id, recording_id) is not null
        and period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id, year(period_end), coalesce(run_id, recording_id)

),

weighed_runs as (

    select
        * exclude (streams, has_streams),  -- noqa: AM04
        case when bool_and(has_streams) over (partition by chart_id, year) then streams end
            as streams
    from year_runs

)

select
    chart_id,
    year,
    rank() over (partition by chart_id, year order by coalesce(streams, points) desc) as place,
    song_name,
    artist_credit,
    periods,
    periods_at_one,
    peak_position,
    points,
    streams,
    run_id
from weighed_runs
qualify place <= 100
order by chart_id asc, year asc, place asc, run_id asc
