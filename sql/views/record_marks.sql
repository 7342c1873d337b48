-- One row per chart, record and holder: who holds a record, held it before, or may come near it.
-- Those who have a mark in the latest period of the chart may come near.
-- A mark is a number of periods, songs or streams, or a position. A debut or return counts only if
-- history has the period before. A climb counts the periods from the debut to the first at number
-- one. An absence counts only periods that history has.
-- The variable `charts`, a list of chart ids, limits it to these charts.
-- record: what it may be the record of
-- artist_key: key of the artist whose mark it is; null if it is that of a run
-- artist_name: name of that artist
-- figure: the best mark: the highest, or the lowest position
-- mark_date: last day of the period in which it was reached first
-- latest_figure: mark in the latest period of the chart; null if there is none
-- figure_before: the record before the latest period, if it is the holder's; null otherwise
with

latest_periods as (

    select
        chart_id,
        max(period_end) as latest_end
    from chart_periods
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    group by chart_id

),

-- Marks that grow by one. Of each holder, only the last one is here.
counted_marks as (

    select
        chart_id,
        'most periods at number one' as record,
        coalesce(run_id, recording_id) as run_id,
        null as artist_key,
        count(distinct period_number) as figure,
        max(period_end) as mark_date
    from entries
    where
        position = 1
        and period_number is not null
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    group by chart_id, coalesce(run_id, recording_id)
    union all
    select
        chart_id,
        'most periods at number two, never at one' as record,
        coalesce(run_id, recording_id) as run_id,
        null as artist_key,
        count(*) filter (where position = 2) as figure,
        max(period_end) filter (where position = 2) as mark_date
    from entries
    where
        position <= 2
        and is_highest
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    group by chart_id, coalesce(run_id, recording_id)
    having min(position) = 2
    union all
    select
        chart_id,
        'most periods on the chart' as record,
        run_id,
        null as artist_key,
        periods as figure,
        last_date as mark_date
    from runs
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )
    union all
    select
        chart_id,
        'most number ones of an artist' as record,
        null as run_id,
        artist_key,
        count(*) as figure,
        max(mark_date) as mark_date
    from (
        select
            chart_id,
            artist_key,
            run_id,
            min(period_end) as mark_date
        from entry_artists
        where
            position = 1
            and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
        group by chart_id, artist_key, run_id
    ) as number_ones
    group by chart_id, artist_key

),

climbs as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        min(period_number) - any_value(first_number) as figure,
        min(period_end) as mark_date
    from entries
    where
        position = 1
        and period_number is not null
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    group by chart_id, coalesce(run_id, recording_id)
    having arg_min(status, period_number) <> 'UNKNOWN'

),

debuts as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        position as figure,
        period_end as mark_date
    from entries
    where
        status = 'NEW'
        and is_highest
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)

),

-- Nearly all streams are far from a record.
most_streams as (

    select
        entries.chart_id,
        latest_periods.latest_end,
        max(entries.streams) filter (where entries.period_end < latest_periods.latest_end)
            as streams_before
    from entries
    inner join latest_periods on entries.chart_id = latest_periods.chart_id
    where
        entries.is_highest
        and list_contains(
            coalesce(getvariable('charts')::varchar[], [entries.chart_id]), entries.chart_id
        )
    group by entries.chart_id, latest_periods.latest_end

),

-- Lower positions are higher marks.
single_marks as (

    select
        climbs.chart_id,
        'longest climb to number one' as record,
        climbs.run_id,
        null as artist_key,
        climbs.figure,
        climbs.mark_date
    from climbs
    semi join debuts
        on climbs.chart_id = debuts.chart_id
        and climbs.run_id = debuts.run_id
    union all
    select
        chart_id,
        'highest debut' as record,
        run_id,
        null as artist_key,
        -figure as figure,
        mark_date
    from debuts
    union all
    select
        entries.chart_id,
        'most streams in a period' as record,
        coalesce(entries.run_id, entries.recording_id) as run_id,
        null as artist_key,
        entries.streams as figure,
        entries.period_end as mark_date
    from entries
    inner join most_streams on entries.chart_id = most_streams.chart_id
    where
        entries.is_highest
        and entries.streams is not null
        and list_contains(
            coalesce(getvariable('charts')::varchar[], [entries.chart_id]), entries.chart_id
        )
        and (
            entries.streams >= most_streams.streams_before
            or entries.period_end = most_streams.latest_end
        )
    union all
    select
        chart_id,
        'longest absence before a return' as record,
        run_id,
        null as artist_key,
        absence as figure,
        period_end as mark_date
    from run_returns
    where
        status = 'RE-ENTRY'
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    union all
    select
        chart_id,
        'most entries of an artist in a period' as record,
        null as run_id,
        artist_key,
        entries as figure,
        period_end as mark_date
    from crowded_periods
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )

),

-- A mark that grew in the latest period was one lower before.
all_marks as (

    select
        single_marks.*,
        single_marks.mark_date = latest_periods.latest_end as is_latest
    from single_marks
    inner join latest_periods on single_marks.chart_id = latest_periods.chart_id
    union all
    select
        counted_marks.*,
        counted_marks.mark_date = latest_periods.latest_end as is_latest
    from counted_marks
    inner join latest_periods on counted_marks.chart_id = latest_periods.chart_id
    union all
    select
        counted_marks.* replace (counted_marks.figure - 1 as figure, null as mark_date),
        false as is_latest
    from counted_marks
    inner join latest_periods
        on counted_marks.chart_id = latest_periods.chart_id
        and counted_marks.mark_date = latest_periods.latest_end
    where counted_marks.figure > 1

),

records_before as (

    select
        chart_id,
        record,
        max(figure) as figure
    from all_marks
    where not is_latest
    group by chart_id, record

),

best_marks as (

    select
        all_marks.chart_id,
        all_marks.record,
        all_marks.run_id,
        all_marks.artist_key,
        max(all_marks.figure) as figure,
        arg_max(
            all_marks.mark_date, (all_marks.figure, '9999-12-31'::date - all_marks.mark_date)
        ) as mark_date,
        max(all_marks.figure) filter (where all_marks.is_latest) as latest_figure,
        max(all_marks.figure) filter (where not all_marks.is_latest) as figure_before
    from all_marks
    left join records_before
        on all_marks.chart_id = records_before.chart_id
        and all_marks.record = records_before.record
    where all_marks.is_latest or all_marks.figure = records_before.figure
    group by all_marks.chart_id, all_marks.record, all_marks.run_id, all_marks.artist_key

),

credited_names as (

    select
        unnest(artist_keys) as artist_key,
        unnest(artist_names) as artist_name
    from credits

),

artist_names as (

    select
        artist_key,
        max(artist_name) as artist_name
    from credited_names
    where artist_key in (select best_marks.artist_key from best_marks)
    group by artist_key

)

select
    best_marks.chart_id,
    best_marks.record,
    best_marks.run_id,
    best_marks.artist_key,
    coalesce(current_artists.artist_name, artist_names.artist_name) as artist_name,
    abs(best_marks.figure)::bigint as figure,
    best_marks.mark_date,
    abs(best_marks.latest_figure)::bigint as latest_figure,
    abs(best_marks.figure_before)::bigint as figure_before
from best_marks
left join current_artists on best_marks.artist_key = current_artists.artist_id
left join artist_names on best_marks.artist_key = artist_names.artist_key
