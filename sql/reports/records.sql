-- One row per record that the latest period of a chart holds alone. Ties do not count.
-- The records are the biggest climb, the most new songs in the top ten, the most periods on the
-- chart and the most periods at number one. They go back to the start of our history.
-- record: name of the record
-- song_name: title of the song, as shown; null if the record is not about a single song
-- artist_credit: names of the artists as shown; null if the record is not about a single song
-- figure: value of the record: positions, songs or periods
with

flagged_movements as (

    select
        *,
        period_start = max(period_start) over (partition by chart_id) as is_latest
    from movements

),

candidates as (

    select
        chart_id,
        'the biggest climb' as record,
        song_name,
        artist_credit,
        position_change as figure,
        is_latest
    from flagged_movements
    where status = 'UP'
    union all
    select
        chart_id,
        'the most new songs in the top ten' as record,
        null as song_name,
        null as artist_credit,
        count(*) as figure,
        is_latest
    from flagged_movements
    where status = 'NEW' and position <= 10
    group by chart_id, period_start, is_latest
    union all
    select
        chart_id,
        'the most periods on the chart' as record,
        song_name,
        artist_credit,
        periods_on_chart as figure,
        is_latest
    from flagged_movements
    qualify
        row_number() over (partition by chart_id, run_id order by period_start desc) = 1
    union all
    select
        chart_id,
        'the most periods at number one' as record,
        song_name,
        artist_credit,
        count(*) over (partition by chart_id, run_id order by period_start) as figure,
        is_latest
    from flagged_movements
    where position = 1
    qualify
        row_number() over (partition by chart_id, run_id order by period_start desc) = 1

)

select
    chart_id,
    record,
    song_name,
    artist_credit,
    figure
from candidates
qualify
    is_latest
    and figure = max(figure) over (partition by chart_id, record)
    and count(*) over (partition by chart_id, record, figure) = 1
order by chart_id, record
