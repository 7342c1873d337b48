-- One row per song and chart, the longest on the chart first: periods, peak, and when.
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
