-- One row per chart, record and holder: the records of all time, as far as history goes back.
-- If several tie, the three that were first are listed, and holders has the number of all.
-- A debut or return counts only if history has the period before. A climb counts the periods from
-- the debut to the first at number one. An absence counts only periods that history has.
-- record: what it is the record of
-- song_name: title of the song, as shown; null if the record is an artist's
-- artist_credit: names of the artists as shown, or the artist whose record it is
-- figure: value of the record: periods, songs, a position or streams
-- record_date: last day of the period in which the record was reached
-- holders: number of those that tie
with

known_periods as (

    select
        chart_id,
        period_number,
        row_number() over (partition by chart_id order by period_number) as number
    from chart_periods

),

run_entries as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        song_name,
        artist_credit,
        period_number,
        first_number,
        period_end,
        position,
        status,
        streams,
        peak_position,
        periods_on_chart
    from entries
    where is_highest

),

leaders as (

    select
        *,
        row_number() over (partition by chart_id, run_id order by period_number) as periods_at_one
    from run_entries
    where position = 1

),

debuts as (

    select *
    from run_entries
    where status = 'NEW'

),

seconds as (

    select
        *,
        row_number() over (partition by chart_id, run_id order by period_number) as periods_at_two
    from run_entries
    where position = 2
    qualify
        (chart_id, run_id) not in (select (leaders.chart_id, leaders.run_id) from leaders)

),

returned_runs as (

    select distinct
        chart_id,
        run_id
    from run_entries
    where status = 'RE-ENTRY'

),

absences as (

    select
        run_entries.*,
        known_periods.number - 1 - lag(known_periods.number) over (
            partition by run_entries.chart_id, run_entries.run_id
            order by known_periods.number
        ) as absence
    from run_entries
    semi join returned_runs
        on run_entries.chart_id = returned_runs.chart_id
        and run_entries.run_id = returned_runs.run_id
    inner join known_periods
        on run_entries.chart_id = known_periods.chart_id
        and run_entries.period_number = known_periods.period_number

),

artist_number_ones as (

    select
        chart_id,
        artist_key,
        any_value(artist_name) as artist_name,
        run_id,
        min(period_end) as period_end
    from entry_artists
    where position = 1
    group by chart_id, artist_key, run_id

),

artist_entries as (

    select
        chart_id,
        any_value(artist_name) as artist_name,
        period_end,
        count(*) as songs
    from entry_artists
    group by chart_id, artist_key, period_end
    qualify
        row_number() over (
            partition by chart_id, artist_key, songs
            order by period_end
        ) = 1

),

candidates as (

    select
        chart_id,
        'most periods at number one' as record,
        song_name,
        artist_credit,
        periods_at_one as figure,
        period_end,
        run_id
    from leaders
    union all by name
    select
        chart_id,
        'most periods on the chart' as record,
        song_name,
        artist_credit,
        periods_on_chart as figure,
        period_end,
        run_id
    from run_entries
    union all by name
    select
        chart_id,
        'most number ones of an artist' as record,
        artist_name as artist_credit,
        row_number() over (partition by chart_id, artist_key order by period_end) as figure,
        period_end
    from artist_number_ones
    union all by name
    select
        chart_id,
        'most entries of an artist in a period' as record,
        artist_name as artist_credit,
        songs as figure,
        period_end
    from artist_entries
    union all by name
    select
        chart_id,
        'highest debut' as record,
        song_name,
        artist_credit,
        position as figure,
        period_end,
        run_id
    from debuts
    union all by name
    select
        leaders.chart_id,
        'longest climb to number one' as record,
        leaders.song_name,
        leaders.artist_credit,
        leaders.period_number - leaders.first_number as figure,
        leaders.period_end,
        leaders.run_id
    from leaders
    semi join debuts
        on leaders.chart_id = debuts.chart_id
        and leaders.run_id = debuts.run_id
    where leaders.periods_at_one = 1 and leaders.status <> 'UNKNOWN'
    union all by name
    select
        chart_id,
        'most periods at number two, never at one' as record,
        song_name,
        artist_credit,
        periods_at_two as figure,
        period_end,
        run_id
    from seconds
    union all by name
    select
        chart_id,
        'most streams in a period' as record,
        song_name,
        artist_credit,
        streams as figure,
        period_end,
        run_id
    from run_entries
    where streams is not null
    union all by name
    select
        chart_id,
        'longest absence before a return' as record,
        song_name,
        artist_credit,
        absence as figure,
        period_end,
        run_id
    from absences
    where status = 'RE-ENTRY'

),

ranked as (

    select
        *,
        rank() over (
            partition by chart_id, record
            order by case when record = 'highest debut' then -figure else figure end desc
        ) as place
    from candidates

)

select
    chart_id,
    record,
    song_name,
    artist_credit,
    figure::bigint as figure,
    period_end as record_date,
    count(*) over (partition by chart_id, record) as holders,
    run_id
from ranked
where place = 1
qualify
    row_number() over (
        partition by chart_id, record
        order by period_end, run_id, artist_credit
    ) <= 3
order by chart_id, record, record_date, run_id, artist_credit
