-- One row per run that reached number one, most periods at number one first.
-- variable since: runs that ended before this day are left out; the figures stay the same
-- variable until: runs that began after this day are left out; the figures stay the same
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- first_date: last day of the first period on the chart
-- last_date: last day of the latest period on the chart
select
    chart_id,
    entry_name as song_name,
    artist_credit,
    periods_at_one,
    periods,
    first_date,
    last_date,
    run_id
from chart_runs
where
    periods_at_one > 0
    and last_date >= coalesce(getvariable('since')::date, '-infinity'::date)
    and first_date <= coalesce(getvariable('until')::date, 'infinity'::date)
order by chart_id asc, periods_at_one desc, first_date asc, run_id asc
