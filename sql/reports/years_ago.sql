-- One row per entry of the top five that a chart had one, five and ten years before its latest day.
-- The period is the one that contains the day. If history lacks it, there are no rows.
-- variable until: the day is that of the latest period that ends by this one
-- years_ago: 1, 5 or 10
with

latest_days as (

    select
        chart_id,
        max(period_end) as latest_day
    from chart_periods
    where period_end <= coalesce(getvariable('until')::date, 'infinity'::date)
    group by chart_id

),

anniversaries as (

    select
        chart_id,
        latest_day,
        unnest([1, 5, 10]) as years_ago
    from latest_days

),

wanted_days as (

    select
        chart_id,
        years_ago,
        (latest_day - to_years(years_ago))::date as day
    from anniversaries

),

wanted_periods as (

    select
        chart_periods.chart_id,
        chart_periods.snapshot_at,
        wanted_days.years_ago
    from chart_periods
    inner join wanted_days
        on chart_periods.chart_id = wanted_days.chart_id
        and wanted_days.day between chart_periods.period_start and chart_periods.period_end

)

select
    entries.chart_id,
    wanted_periods.years_ago,
    entries.period_end,
    entries.position,
    entries.song_name,
    entries.artist_credit,
    entries.streams,
    coalesce(entries.run_id, entries.recording_id) as run_id
from entries
inner join wanted_periods
    on entries.chart_id = wanted_periods.chart_id
    and entries.snapshot_at = wanted_periods.snapshot_at
where entries.position <= 5
order by entries.chart_id, wanted_periods.years_ago, entries.position
