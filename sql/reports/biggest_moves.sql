-- One row per song that climbed or fell on each chart in its latest period, farthest first.
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
