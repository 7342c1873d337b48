-- One row per run and period, with its position.
-- position: highest position in the period
select
    chart_id,
    run_id,
    arg_min(song_name, position) as song_name,
    arg_min(artist_credit, position) as artist_credit,
    period_end,
    min(position) as position
from movements
group by chart_id, run_id, period_start, period_end
order by chart_id, run_id, period_end
