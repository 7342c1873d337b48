-- One row per published snapshot, with the period of its chart that it speaks for.
-- The period is a day or a chart week, Friday to Thursday: as the chart's name says,
-- or else by the usual spacing of its snapshots; a lone snapshot counts as weekly.
with

published_snapshots as (

    select
        *,
        snapshot_at::date as snapshot_date
    from published_snapshots

),

spaced as (

    select distinct
        chart_id,
        snapshot_date,
        snapshot_date - lag(snapshot_date) over (
            partition by chart_id
            order by snapshot_date
        ) as days_since
    from (select distinct
        chart_id,
        snapshot_date
    from published_snapshots) as dates

),

rhythms as (

    select
        chart_id,
        case
            when chart_id like '%-daily' then 'day'
            when chart_id like '%-weekly' then 'week'
            when median(days_since) < 4 then 'day'
            else 'week'
        end as period
    from spaced
    group by chart_id

)

select
    published_snapshots.chart_id,
    published_snapshots.snapshot_at,
    published_snapshots.snapshot_date,
    rhythms.period,
    case rhythms.period
        when 'day' then published_snapshots.snapshot_date
        else
            published_snapshots.snapshot_date
            - ((isodow(published_snapshots.snapshot_date) + 2) % 7)::integer
    end as period_start,
    case rhythms.period
        when 'day' then published_snapshots.snapshot_date
        else
            published_snapshots.snapshot_date
            - ((isodow(published_snapshots.snapshot_date) + 2) % 7)::integer
            + 6
    end as period_end,
    published_snapshots.entries,
    published_snapshots.expected_entries,
    published_snapshots.is_complete,
    published_snapshots.raw_name,
    published_snapshots.sha256
from published_snapshots
inner join rhythms on published_snapshots.chart_id = rhythms.chart_id
