-- One row per chart and period: the streams that number one, the top ten and an entry took.
-- The threshold of the top ten is the streams at position 10; a chart that is shorter has none.
-- Periods in which an entry has no streams are left out.
-- number_one: streams at position 1
-- top_10: streams at position 10
-- top_50: streams at position 50
-- top_100: streams at position 100
-- entry: streams at the lowest position of the period
-- total: streams of all entries
-- growth: change of the total since the period a year before, as a share; null if history lacks it
with

totals as (

    select
        chart_id,
        period_start,
        period_end,
        max(streams) filter (where position = 1) as number_one,
        max(streams) filter (where position = 10) as top_10,
        max(streams) filter (where position = 50) as top_50,
        max(streams) filter (where position = 100) as top_100,
        max(streams) filter (where position = lowest_position) as entry,
        sum(streams)::bigint as total
    from entries
    where period_number is not null and has_streams
    group by chart_id, period_start, period_end

)

select
    totals.chart_id,
    totals.period_end,
    totals.number_one,
    totals.top_10,
    totals.top_50,
    totals.top_100,
    totals.entry,
    totals.total,
    totals.total / earlier.total - 1 as growth
from totals
left join totals as earlier
    on totals.chart_id = earlier.chart_id
    and (totals.period_end - to_years(1))::date between earlier.period_start and earlier.period_end
order by totals.chart_id, totals.period_end
