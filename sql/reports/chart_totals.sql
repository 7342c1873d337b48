-- One row per chart and year: the streams of a usual period, and how they grew.
-- Growth compares only periods of which history has the one a year before, so that neither gaps
-- nor a year that has just begun distort it. Periods in which an entry has no streams are left out.
-- variable since: periods that end before this day count only as the year before; default: all
-- variable until: periods that end after this day do not count; by default, all do
-- year: year in which the periods end
-- periods: number of periods
-- mean_total: mean streams of all entries in a period
-- mean_number_one: mean streams of the number one in a period
-- compared_periods: number of periods that are compared with the year before
-- growth: change of their streams since the year before, as a share; null if none is compared
with

totals as (

    select
        chart_id,
        period_start,
        period_end,
        max(streams) filter (where position = 1) as number_one,
        sum(streams)::bigint as total
    from entries
    where period_number is not null and has_streams
    group by chart_id, period_start, period_end

)

select
    totals.chart_id,
    year(totals.period_end) as year,
    count(*) as periods,
    round(avg(totals.total))::bigint as mean_total,
    round(avg(totals.number_one))::bigint as mean_number_one,
    count(earlier.total) as compared_periods,
    sum(totals.total) filter (where earlier.total is not null) / sum(earlier.total) - 1 as growth
from totals
left join totals as earlier
    on totals.chart_id = earlier.chart_id
    and (totals.period_end - to_years(1))::date between earlier.period_start and earlier.period_end
where
    totals.period_end between coalesce(getvariable('since')::date, '-infinity'::date)
    and coalesce(getvariable('until')::date, 'infinity'::date)
group by totals.chart_id, year(totals.period_end)
order by totals.chart_id, year
