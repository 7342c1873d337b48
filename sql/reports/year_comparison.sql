-- One row per chart, year and figure: the year beside the one before, like with like.
-- Only periods count of which history has the one a year before, so that neither gaps nor a year
-- that has just begun distort a figure. A figure is left out if no two periods have it.
-- variable since: periods that end before this day count only as the year before; default: all
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- figure: what is compared
-- value: figure of the year
-- value_before: figure of the same periods of the year before
-- growth: change as a share of the figure of the year before
-- compared_periods: number of periods that are compared with the year before
with

named_figures as (

    select
        listed.place,
        listed.figure,
        listed.name
    from (
        values
        (1, 'number_ones', 'number ones'),
        (2, 'top_tens', 'entries that were in the top ten'),
        (3, 'new_entries', 'new entries in a period'),
        (4, 'returns', 'returns in a period'),
        (5, 'streams', 'streams of a period'),
        (6, 'top_ten_share', 'share of the top ten in the streams')
    ) as listed (place, figure, name)

),

paired_periods as (

    select
        later.chart_id,
        year(later.period_end) as year,
        later.period_number,
        earlier.period_number as number_before
    from chart_periods as later
    inner join chart_periods as earlier
        on later.chart_id = earlier.chart_id
        and (later.period_end - to_years(1))::date
        between earlier.period_start and earlier.period_end
    where
        later.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
        and coalesce(getvariable('until')::date, 'infinity'::date)

),

-- Each pair, seen from the year and from the one before.
sides as (

    select
        chart_id,
        year,
        period_number as pair,
        unnest([false, true]) as is_before,
        unnest([period_number, number_before]) as period_number
    from paired_periods

),

period_figures as (

    select
        chart_id,
        period_number,
        count(*) as entries,
        count(*) filter (where status = 'NEW') as new_entries,
        count(*) filter (where status = 'RE-ENTRY') as returns,
        bool_or(status <> 'UNKNOWN') as is_movement_known,
        bool_and(has_streams) as has_streams,
        sum(streams) as streams,
        sum(streams) filter (where position <= 10) as top_ten_streams
    from entries
    where period_number is not null
    group by chart_id, period_number

),

paired_figures as (

    select
        sides.chart_id,
        sides.year,
        sides.is_before,
        sides.pair,
        case when is_movement_known then new_entries end as new_entries,
        case when is_movement_known then returns end as returns,
        case when has_streams then streams end as streams,
        case when has_streams then top_ten_streams / nullif(streams, 0) end as top_ten_share
    from sides
    inner join period_figures
        on sides.chart_id = period_figures.chart_id
        and sides.period_number = period_figures.period_number

),

long_figures as (

    select
        paired_figures.chart_id,
        paired_figures.year,
        paired_figures.is_before,
        paired_figures.pair,
        named_figures.figure,
        case named_figures.figure
            when 'new_entries' then paired_figures.new_entries
            when 'returns' then paired_figures.returns
            when 'streams' then paired_figures.streams
            when 'top_ten_share' then paired_figures.top_ten_share
        end as value
    from paired_figures
    cross join named_figures

),

mean_figures as (

    select
        later.chart_id,
        later.year,
        later.figure,
        avg(later.value) as value,
        avg(earlier.value) as value_before,
        count(*) as compared_periods
    from long_figures as later
    inner join long_figures as earlier
        on later.chart_id = earlier.chart_id
        and later.pair = earlier.pair
        and later.figure = earlier.figure
    where
        not later.is_before
        and earlier.is_before
        and later.value is not null
        and earlier.value is not null
    group by later.chart_id, later.year, later.figure

),

leading_entries as (

    select
        sides.chart_id,
        sides.year,
        sides.is_before,
        count(distinct coalesce(entries.run_id, entries.recording_id)) filter (
            where entries.position = 1
        ) as number_ones,
        count(distinct coalesce(entries.run_id, entries.recording_id)) as top_tens,
        count(distinct sides.pair) as compared_periods
    from sides
    inner join entries
        on sides.chart_id = entries.chart_id
        and sides.period_number = entries.period_number
    where entries.position <= 10
    group by sides.chart_id, sides.year, sides.is_before

),

counted_figures as (

    select
        leading_entries.chart_id,
        leading_entries.year,
        leading_entries.is_before,
        leading_entries.compared_periods,
        named_figures.figure,
        case named_figures.figure
            when 'number_ones' then leading_entries.number_ones
            when 'top_tens' then leading_entries.top_tens
        end as value
    from leading_entries
    cross join named_figures

),

all_figures as (

    select *
    from mean_figures
    union all by name
    select
        later.chart_id,
        later.year,
        later.figure,
        later.value,
        earlier.value as value_before,
        later.compared_periods
    from counted_figures as later
    inner join counted_figures as earlier
        on later.chart_id = earlier.chart_id
        and later.year = earlier.year
        and later.figure = earlier.figure
    where not later.is_before and earlier.is_before and later.value is not null

)

select
    all_figures.chart_id,
    all_figures.year,
    named_figures.name as figure,
    all_figures.value,
    all_figures.value_before,
    all_figures.value / nullif(all_figures.value_before, 0) - 1 as growth,
    all_figures.compared_periods
from all_figures
inner join named_figures on all_figures.figure = named_figures.figure
order by all_figures.chart_id, all_figures.year, named_figures.place
