-- One row per run, longest run of a chart first; the 1,000 longest of each chart.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- first_date: last day of the first period on the chart
-- last_date: last day of the latest period on the chart
select
    chart_id,
    entry_name as song_name,
    artist_credit,
    periods,
    periods_at_one,
    debut_position,
    peak_position,
    first_date,
    last_date,
    is_over,
    run_id
from chart_runs
where
    last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
qualify
    row_number() over (
        partition by chart_id
        order by periods desc, peak_position asc, run_id asc
    ) <= 1000
order by chart_id asc, periods desc, peak_position asc, run_id asc
