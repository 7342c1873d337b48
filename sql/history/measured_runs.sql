-- One row per run of the touched entries. If a run has several entries in a period, the highest
-- gives the song, its name and its artists.
select
    chart_id,
    run_id,
    arg_max(kind, (period_number, -position)) as kind,
    arg_max(song_id, (period_number, -position)) as song_id,
    arg_max(song_name, (period_number, -position)) as song_name,
    arg_max(artist_credit, (period_number, -position)) as artist_credit,
    count(distinct period_number) as periods,
    count(distinct period_number) filter (where position = 1) as periods_at_one,
    arg_min(position, (period_number, position)) as debut_position,
    min(position) as peak_position,
    arg_min(period_end, (position, period_end)) as peak_date,
    min(period_end) as first_date,
    max(period_end) as last_date
from measured_entries
group by chart_id, run_id
order by chart_id, first_date, debut_position, run_id
