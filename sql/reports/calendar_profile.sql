-- One row per chart and week of the year: what is usual in it, as at Christmas or in summer.
-- The figures are means over the years of the periods that end in the week. The index of streams
-- compares a period with the mean of the year around it, for which history must have three quarters
-- of both half years. There are no figures of a week that history has in a single year only.
-- variable charts: only these charts are read; by default, all are
-- week: ISO week of the year, from 1 to 53
-- usual_month: month in which the week usually ends, from 1 to 12
-- years: number of years that have the week
-- returning_share: share of the weight of songs that return to the chart after half a year or more
-- new_share: share of entries that are new
-- index_years: number of years for which streams can be compared
-- stream_index: streams beside those of the year around, 1 for equally many
with

known_periods as (

    select
        *,
        period_end - period_start + 1 as days,
        week(period_end) as week,
        isoyear(period_end) as year
    from numbered_periods
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )

),

long_runs as (

    select
        chart_id,
        run_id
    from runs
    where last_date - first_date >= 182

),

run_entries as (

    select
        entries.chart_id,
        long_runs.run_id,
        known_periods.number,
        known_periods.stretch,
        entries.period_end
    from entries
    inner join long_runs
        on entries.chart_id = long_runs.chart_id
        and coalesce(entries.run_id, entries.recording_id) = long_runs.run_id
    inner join known_periods
        on entries.chart_id = known_periods.chart_id
        and entries.period_number = known_periods.period_number
    where
        entries.is_highest
        and list_contains(
            coalesce(getvariable('charts')::varchar[], [entries.chart_id]), entries.chart_id
        )

),

-- History has periods in each half year of an absence.
marked_entries as (

    select
        chart_id,
        run_id,
        period_end - lag(period_end) over by_run >= 182
        and number - lag(number) over by_run > 1
        and stretch = lag(stretch) over by_run as is_return
    from run_entries
    window by_run as (partition by chart_id, run_id order by number)

),

returning_runs as (

    select distinct
        chart_id,
        run_id
    from marked_entries
    where is_return

),

weighed_entries as (

    select
        chart_id,
        period_number,
        status,
        has_streams,
        streams,
        coalesce(run_id, recording_id) as run_id,
        case when has_streams then streams else lowest_position + 1 - position end as weight
    from entries
    where
        period_number is not null
        and list_contains(coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id)

),

period_figures as (

    select
        weighed_entries.chart_id,
        weighed_entries.period_number,
        coalesce(
            sum(weighed_entries.weight) filter (where returning_runs.run_id is not null), 0
        ) / nullif(sum(weighed_entries.weight), 0) as returning_share,
        case
            when bool_or(weighed_entries.status <> 'UNKNOWN')
                then count(*) filter (where weighed_entries.status = 'NEW') / count(*)
        end as new_share,
        case when bool_and(weighed_entries.has_streams) then sum(weighed_entries.streams) end
            as streams
    from weighed_entries
    left join returning_runs
        on weighed_entries.chart_id = returning_runs.chart_id
        and weighed_entries.run_id = returning_runs.run_id
    group by weighed_entries.chart_id, weighed_entries.period_number

),

surrounded_periods as (

    select
        known_periods.chart_id,
        known_periods.period_end,
        known_periods.year,
        known_periods.week,
        period_figures.returning_share,
        period_figures.new_share,
        known_periods.days,
        period_figures.streams,
        avg(period_figures.streams) over year_around as usual_streams,
        count(period_figures.streams) over half_before as periods_before,
        count(period_figures.streams) over half_after as periods_after
    from known_periods
    inner join period_figures
        on known_periods.chart_id = period_figures.chart_id
        and known_periods.period_number = period_figures.period_number
    window
        year_around as (
            partition by known_periods.chart_id
            order by known_periods.period_end
            range between interval 182 days preceding and interval 182 days following
        ),
        half_before as (
            partition by known_periods.chart_id
            order by known_periods.period_end
            range between interval 182 days preceding and interval 1 day preceding
        ),
        half_after as (
            partition by known_periods.chart_id
            order by known_periods.period_end
            range between interval 1 day following and interval 182 days following
        )

),

indexed_periods as (

    select
        *,
        case
            when least(periods_before, periods_after) * days >= 0.75 * 182
                then streams / nullif(usual_streams, 0)
        end as stream_index
    from surrounded_periods

)

select
    chart_id,
    week,
    mode(month(period_end) order by period_end) as usual_month,
    count(distinct year) as years,
    case when years >= 2 then avg(returning_share) end as returning_share,
    case when years >= 2 then avg(new_share) end as new_share,
    count(distinct year) filter (where stream_index is not null) as index_years,
    case when index_years >= 2 then avg(stream_index) end as stream_index
from indexed_periods
group by chart_id, week
order by chart_id, week
