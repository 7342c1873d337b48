-- One row per chart and run that was in the chart in the last 26 periods: where it was in each.
-- Only those that were in the top ten, or are in the latest period.
-- ages: how many periods ago; those that history lacks count, too
-- positions: highest position in each of these periods
with

expected_periods as (

    select
        chart_id,
        period_end,
        snapshot_at
    from chart_periods
    union all
    select
        chart_id,
        period_end,
        null as snapshot_at
    from gaps

),

recent_periods as (

    select
        *,
        row_number() over (partition by chart_id order by period_end desc) - 1 as age
    from expected_periods
    qualify age < 26

)

select
    entries.chart_id,
    coalesce(entries.run_id, entries.recording_id) as run_id,
    arg_min(entries.song_name, recent_periods.age) as song_name,
    arg_min(entries.artist_credit, recent_periods.age) as artist_credit,
    list(recent_periods.age order by recent_periods.age) as ages,
    list(entries.position order by recent_periods.age) as positions
from entries
inner join recent_periods
    on entries.chart_id = recent_periods.chart_id
    and entries.snapshot_at = recent_periods.snapshot_at
where entries.is_highest
group by entries.chart_id, coalesce(entries.run_id, entries.recording_id)
having min(entries.position) <= 10 or min(recent_periods.age) = 0
order by
    entries.chart_id asc,
    min(entries.position) asc,
    max(recent_periods.age) desc,
    run_id asc
