-- One row per run, longest run of a chart first.
select
    chart_id,
    song_name,
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
order by chart_id asc, periods desc, peak_position asc, run_id asc
