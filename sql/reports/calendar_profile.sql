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
        chart_id,
        period_number,
        period_end,
        period_end - period_start + 1 as days,
        date_trunc('week', period_end)::date + 3 as thursday
    from chart_periods
    where
        list_contains(
            coalesce(getvariable('charts')::varchar[], [chart_id]), chart_id
        )

),

-- A week belongs to the year that has its Thursday.
dated_periods as (

    select
        *,
        year(thursday) as year,
        floor((thursday - date_trunc('year', thursday)::date) / 7)::bigint + 1 as week
    from known_periods

),

-- History has periods in each half year of an absence.
returning_runs as (

    select distinct
        chart_id,
        run_id
    from run_returns
    where period_end - last_there >= 182 and is_one_stretch

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
        dated_periods.chart_id,
        dated_periods.period_end,
        dated_periods.year,
        dated_periods.week,
        period_figures.returning_share,
        period_figures.new_share,
        dated_periods.days,
        period_figures.streams,
        avg(period_figures.streams) over year_around as usual_streams,
        count(period_figures.streams) over half_before as periods_before,
        count(period_figures.streams) over half_after as periods_after
    from dated_periods
    inner join period_figures
        on dated_periods.chart_id = period_figures.chart_id
        and dated_periods.period_number = period_figures.period_number
    window
        year_around as (
            partition by dated_periods.chart_id
            order by dated_periods.period_end
            range between interval 182 days preceding and interval 182 days following
        ),
        half_before as (
            partition by dated_periods.chart_id
            order by dated_periods.period_end
            range between interval 182 days preceding and interval 1 day preceding
        ),
        half_after as (
            partition by dated_periods.chart_id
            order by dated_periods.period_end
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

),

months as (

    select
        chart_id,
        week,
        month(period_end) as month,
        count(*) as periods,
        min(period_end) as first_end
    from indexed_periods
    group by chart_id, week, month(period_end)

),

usual_months as (

    select
        chart_id,
        week,
        arg_max(month, (periods, '9999-12-31'::date - first_end)) as usual_month
    from months
    group by chart_id, week

),

weeks as (

    select
        chart_id,
        week,
        count(distinct year) as years,
        count(distinct year) filter (where stream_index is not null) as index_years,
        avg(returning_share) as returning_share,
        avg(new_share) as new_share,
        avg(stream_index) as stream_index
    from indexed_periods
    group by chart_id, week

)

select
    weeks.chart_id,
    weeks.week,
    usual_months.usual_month,
    weeks.years,
    case when weeks.years >= 2 then weeks.returning_share end as returning_share,
    case when weeks.years >= 2 then weeks.new_share end as new_share,
    weeks.index_years,
    case when weeks.index_years >= 2 then weeks.stream_index end as stream_index
from weeks
inner join usual_months
    on weeks.chart_id = usual_months.chart_id
    and weeks.week = usual_months.week
order by weeks.chart_id, weeks.week
