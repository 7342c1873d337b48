-- One row per record of all time that the latest period of a chart broke, equalled or came near.
-- A record is near if the latest period reaches nine tenths of it; a debut, if it is at most one
-- position lower. Records go back to the start of history; the first period has none to break. Who
-- was there in it, or in a gap, may have had more before: the record before is a lower bound.
-- If several tie, three are listed, and holders has the number of all.
-- variable charts: only these charts are read; by default, all are
-- record: what it is the record of
-- state: broken, extended by who alone held it before, equalled, or near
-- song_name: title of the song or album, or name of the artist; null if it is about an artist
-- artist_credit: names of the artists as shown, or the artist that it is about
-- figure: value in the latest period: periods, songs, a position or streams
-- record_before: value of the record before the latest period
-- holders: number of those that tie
with

signed_marks as (

    select
        *,
        record = 'highest debut' as is_position,
        case when is_position then -latest_figure else latest_figure end as latest_mark,
        case when is_position then -figure_before else figure_before end as mark_before
    from record_marks
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )

),

compared_marks as (

    select
        *,
        max(mark_before) over (partition by chart_id, record) as best_before,
        max(latest_mark) over (partition by chart_id, record) as best_latest
    from signed_marks

),

highest_marks as (

    select
        *,
        count(*) filter (where mark_before = best_before) over (partition by chart_id, record)
        = count(*) filter (where mark_before = best_before and latest_mark = best_latest) over (
            partition by chart_id, record
        ) as are_holders_ahead
    from compared_marks
    where best_before is not null
    qualify latest_mark = best_latest

),

closest_marks as (

    select
        *,
        count(*) over (partition by chart_id, record) as holders
    from highest_marks
    qualify
        row_number() over (
            partition by chart_id, record
            order by run_id, artist_name, artist_key
        ) <= 3

),

states as (

    select
        *,
        case
            when latest_mark > best_before and mark_before = best_before and are_holders_ahead
                then 'extended'
            when latest_mark > best_before then 'broken'
            when latest_mark = best_before then 'equalled'
            when is_position and latest_mark >= best_before - 1 then 'near'
            when not is_position and latest_mark >= 0.9 * best_before then 'near'
        end as state
    from closest_marks

)

select
    states.chart_id,
    states.record,
    states.state,
    runs.song_name,
    coalesce(states.artist_name, runs.artist_credit) as artist_credit,
    states.latest_figure as figure,
    abs(states.best_before)::bigint as record_before,
    states.holders,
    states.run_id
from states
left join runs
    on states.chart_id = runs.chart_id
    and states.run_id = runs.run_id
where states.state is not null
order by
    states.chart_id,
    case states.state when 'broken' then 1 when 'extended' then 2 when 'equalled' then 3 else 4 end,
    states.record,
    states.run_id,
    states.artist_name
