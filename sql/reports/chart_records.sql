-- One row per chart, record and holder: the records of all time, as far as history goes back.
-- If several tie, the three that were first are listed, and holders has the number of all.
-- Who was there in the first period of history, or in a gap, may have more than that: the figure is
-- a lower bound. A debut or return counts only if history has the period before, and a debut only
-- if Spotify's own figures, where there are any, do not say that it was on the chart earlier. A
-- climb counts the periods from the debut to the first at number one, if history has all of them.
-- An absence counts only periods that history has.
-- variable charts: only these charts are read; by default, all are
-- record: what it is the record of
-- song_name: title of the song or album, or name of the artist; null if an artist has the record
-- artist_credit: names of the artists as shown, or the artist who has the record
-- figure: value of the record: periods, songs, a position or streams
-- record_date: last day of the period in which the record was reached
-- holders: number of those that tie
with

ranked_marks as (

    select
        *,
        rank() over (
            partition by chart_id, record
            order by case when record = 'highest debut' then -figure else figure end desc
        ) as place
    from record_marks
    where
        figure is not null
        and list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )

),

leading_marks as (

    select
        *,
        count(*) over (partition by chart_id, record) as holders
    from ranked_marks
    where place = 1
    qualify
        row_number() over (
            partition by chart_id, record
            order by mark_date, run_id, artist_name, artist_key
        ) <= 3

)

select
    leading_marks.chart_id,
    leading_marks.record,
    runs.song_name,
    coalesce(leading_marks.artist_name, runs.artist_credit) as artist_credit,
    leading_marks.figure,
    leading_marks.mark_date as record_date,
    leading_marks.holders,
    leading_marks.run_id
from leading_marks
left join runs
    on leading_marks.chart_id = runs.chart_id
    and leading_marks.run_id = runs.run_id
order by
    leading_marks.chart_id,
    leading_marks.record,
    leading_marks.mark_date,
    leading_marks.run_id,
    leading_marks.artist_name
