-- One row per entry that is new or re-entered in the latest period of a chart.
-- song_name: title of the song or album, or name of the artist, as the chart has them
select
    chart_id,
    period_end,
    position,
    status,
    entry_name as song_name,
    artist_credit,
    periods_on_chart,
    run_id
from movements
qualify
    period_start = max(period_start) over (partition by chart_id)
    and status in ('NEW', 'RE-ENTRY')
order by chart_id, position
