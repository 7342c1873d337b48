-- One row per entry of the latest period of a chart, with its movement.
-- peak_position: highest position of the run so far
select
    chart_id,
    period,
    period_start,
    period_end,
    position,
    previous_position,
    position_change,
    status,
    song_id,
    song_name,
    artist_credit,
    peak_position,
    periods_on_chart,
    streams,
    run_id
from weighted_entries
qualify period_start = max(period_start) over (partition by chart_id)
order by chart_id, position
