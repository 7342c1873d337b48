-- One row per snapshot that represents a period other than before, or whose entries changed.
-- It came, went, was replaced, or its period has other limits or another number.
with

periods_before as (

    select
        chart_id,
        snapshot_at,
        period,
        period_number,
        period_start,
        period_end
    from chart_periods

),

periods_now as (

    select
        chart_id,
        snapshot_at,
        period,
        period_number,
        period_start,
        period_end
    from present_periods

),

differences as (

    (
        select * from periods_before
        except
        select * from periods_now
    )
    union all
    (
        select * from periods_now
        except
        select * from periods_before
    )

)

select
    chart_id,
    snapshot_at
from differences
union
select
    chart_id,
    snapshot_at
from changed_entries
