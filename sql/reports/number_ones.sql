-- One row per chart and period: the number one, and for how many periods in a row.
-- A missing period, or a period with another number one, resets the count.
-- song_name: title of the song or album, or name of the artist, as the chart has them
-- in_a_row: number of consecutive periods at number one, up to and including this one
with

leaders as (

    select
        chart_id,
        period_start,
        period_end,
        entry_name as song_name,
        artist_credit,
        run_id,
        period_number
        - row_number() over (partition by chart_id, run_id order by period_start) as reign
    from movements
    where position = 1
    qualify
        row_number() over (
            partition by chart_id, period_start
            order by run_id
        ) = 1

)

select
    chart_id,
    period_start,
    period_end,
    song_name,
    artist_credit,
    run_id,
    row_number() over (partition by chart_id, run_id, reign order by period_start) as in_a_row
from leaders
order by chart_id, period_start
