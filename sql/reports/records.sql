-- One row per record that the latest period of a chart holds alone. Ties do not count.
-- The records are the biggest climb, the most new entries in the top ten, the most periods on the
-- chart and the most periods at number one. They go back to the start of our history.
-- record: name of the record
-- song_name: title of the song or album, or name of the artist; null if the record is about several
-- artist_credit: names of the artists as shown; null if the record is about several
-- figure: value of the record: positions, songs or periods
with

latest_periods as (

    select
        chart_id,
        max(period_end) as period_end
    from chart_periods
    group by chart_id

),

biggest_climbs as (

    select
        chart_id,
        max(position_change) as position_change
    from movements
    where status = 'UP'
    group by chart_id

),

numbers_one as (

    select
        chart_id,
        run_id,
        arg_max(entry_name, period_end) as song_name,
        arg_max(artist_credit, period_end) as artist_credit,
        count(*) as periods,
        max(period_end) as period_end
    from movements
    where position = 1
    group by chart_id, run_id

),

candidates as (

    select
        movements.chart_id,
        'the biggest climb' as record,
        movements.entry_name as song_name,
        movements.artist_credit,
        movements.position_change as figure,
        movements.period_end
    from movements
    semi join biggest_climbs
        on movements.chart_id = biggest_climbs.chart_id
        and movements.position_change = biggest_climbs.position_change
    union all
    select
        chart_id,
        'the most new ' || kind || 's in the top ten' as record,
        null as song_name,
        null as artist_credit,
        count(*) as figure,
        period_end
    from movements
    where status = 'NEW' and position <= 10
    group by chart_id, kind, period_end
    union all
    select
        chart_id,
        'the most periods on the chart' as record,
        entry_name as song_name,
        artist_credit,
        periods as figure,
        last_date as period_end
    from chart_runs
    union all
    select
        chart_id,
        'the most periods at number one' as record,
        song_name,
        artist_credit,
        periods as figure,
        period_end
    from numbers_one

),

records as (

    select
        *,
        max(figure) over by_record as highest,
        count(*) over (partition by chart_id, record, figure) as holders
    from candidates
    window by_record as (partition by chart_id, record)

)

select
    records.chart_id,
    records.record,
    records.song_name,
    records.artist_credit,
    records.figure
from records
inner join latest_periods
    on records.chart_id = latest_periods.chart_id
    and records.period_end = latest_periods.period_end
where records.figure = records.highest and records.holders = 1
order by records.chart_id, records.record
