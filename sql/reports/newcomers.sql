-- One row per entry that is new or re-entered in the latest period of a chart.
select
    chart_id,
    period_end,
    position,
    status,
    song_name,
    artist_credit,
    periods_on_chart,
    run_id
from movements
qualify
    period_start = max(period_start) over (partition by chart_id)
    and status in ('NEW', 'RE-ENTRY')
order by chart_id, position
