-- One row per entry that moved up or down in the latest period of a chart, biggest move first.
select
    chart_id,
    period_end,
    song_name,
    artist_credit,
    previous_position,
    position,
    position_change,
    status,
    run_id
from movements
qualify
    period_start = max(period_start) over (partition by chart_id)
    and status in ('UP', 'DOWN')
order by chart_id asc, abs(position_change) desc, position asc
