-- One row per entry that moved up or down in the latest period of a chart, biggest move first.
-- variable since: the latest period must not end before this day; by default, it may
-- variable until: the latest period that ends by this day counts; by default, the latest
-- song_name: title of the song or album, or name of the artist, as the chart has them
select
    chart_id,
    period_end,
    entry_name as song_name,
    artist_credit,
    previous_position,
    position,
    position_change,
    status,
    run_id
from movements
where
    period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
qualify
    period_start = max(period_start) over (partition by chart_id)
    and status in ('UP', 'DOWN')
order by chart_id asc, abs(position_change) desc, position asc
