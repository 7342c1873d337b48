-- One row per chart, record and holder: who holds a record, held it before, or may come near it.
-- Those who have a mark in the latest period of the chart may come near.
-- A mark is a number of periods, songs or streams, or a position, as far as history tells: of those
-- who were there in its first period, or in a gap, a number is a lower bound. A debut or return
-- counts only if history has the period before, and a debut only if Spotify's own figures, where
-- chart files have them, do not say that it was on the chart earlier. A climb counts the periods
-- from the debut to the first at number one, if history has all of them. An absence counts only
-- periods that history has.
-- The variable `charts`, a list of chart ids, limits it to these charts.
-- record: what it may be the record of
-- artist_key: key of the artist whose mark it is; null if it is that of a run
-- artist_name: name of that artist
-- figure: the best mark: the highest, or the lowest position; null if the latest period ended it
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

-- A run that reaches number one was never there up to the period before, unless Spotify's own peak
-- says so.
seconds as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        count(*) filter (where position = 2) as figure,
        max(period_end) filter (where position = 2) as mark_date,
        min(period_end) filter (where position = 1 or reported_peak = 1) as first_at_one
    from entries
    where
        position <= 2
        and is_highest
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    group by chart_id, coalesce(run_id, recording_id)

),

-- Marks that the latest period ended: they count in the records before it only.
lost_marks as (

    select
        seconds.chart_id,
        'most periods at number two, never at one' as record,
        seconds.run_id,
        null as artist_key,
        seconds.figure,
        null::date as mark_date
    from seconds
    inner join latest_periods on seconds.chart_id = latest_periods.chart_id
    where seconds.first_at_one = latest_periods.latest_end and seconds.figure > 0

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
        run_id,
        null as artist_key,
        figure,
        mark_date
    from seconds
    where first_at_one is null
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

numbers_one as (

    select
        chart_id,
        coalesce(run_id, recording_id) as run_id,
        min(first_number) as first_number,
        min(period_number) as number_at_one
    from entries
    where
        position = 1
        and period_number is not null
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)
    group by chart_id, coalesce(run_id, recording_id)

),

-- In a gap between, a run may have been at number one.
climbs as (

    select
        numbers_one.chart_id,
        numbers_one.run_id,
        later.number - earlier.number as figure,
        later.period_end as mark_date
    from numbers_one
    inner join numbered_periods as earlier
        on numbers_one.chart_id = earlier.chart_id
        and numbers_one.first_number = earlier.period_number
    inner join numbered_periods as later
        on numbers_one.chart_id = later.chart_id
        and numbers_one.number_at_one = later.period_number
    where
        later.number - earlier.number = numbers_one.number_at_one - numbers_one.first_number

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
        and coalesce(reported_periods, 1) <= 1
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
        single_marks.mark_date = latest_periods.latest_end as is_latest,
        false as is_lost
    from single_marks
    inner join latest_periods on single_marks.chart_id = latest_periods.chart_id
    union all
    select
        counted_marks.*,
        counted_marks.mark_date = latest_periods.latest_end as is_latest,
        false as is_lost
    from counted_marks
    inner join latest_periods on counted_marks.chart_id = latest_periods.chart_id
    union all
    select
        counted_marks.* replace (counted_marks.figure - 1 as figure, null as mark_date),
        false as is_latest,
        false as is_lost
    from counted_marks
    inner join latest_periods
        on counted_marks.chart_id = latest_periods.chart_id
        and counted_marks.mark_date = latest_periods.latest_end
    where counted_marks.figure > 1
    union all
    select
        lost_marks.*,
        false as is_latest,
        true as is_lost
    from lost_marks

),

records_before as (

    select
        chart_id,
        record,
        max(figure) as figure,
        max(figure) filter (where not is_lost) as standing_figure
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
        max(all_marks.figure) filter (where not all_marks.is_lost) as figure,
        arg_max(
            all_marks.mark_date, (all_marks.figure, '9999-12-31'::date - all_marks.mark_date)
        ) as mark_date,
        max(all_marks.figure) filter (where all_marks.is_latest) as latest_figure,
        max(all_marks.figure) filter (
            where not all_marks.is_latest and all_marks.figure = records_before.figure
        ) as figure_before
    from all_marks
    left join records_before
        on all_marks.chart_id = records_before.chart_id
        and all_marks.record = records_before.record
    where
        all_marks.is_latest
        or all_marks.figure = records_before.figure
        or all_marks.figure = records_before.standing_figure
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
