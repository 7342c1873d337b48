-- One row per entry that breaks a rule: the raw file, the rule and the offender.
with

broken as (

    select
        chart_id,
        snapshot_at,
        'a position stands once in a snapshot' as broken_rule,
        'position ' || position as offender
    from songs
    group by chart_id, snapshot_at, position
    having count(*) > 1

    union all

    select
        chart_id,
        snapshot_at,
        'a position is a whole number from 1 on' as broken_rule,
        coalesce('position ' || position, song_name, 'an entry') as offender
    from songs
    where coalesce(position, 0) < 1

    union all

    select
        chart_id,
        snapshot_at,
        'a track has an id or a title' as broken_rule,
        'position ' || coalesce(position::varchar, '?') as offender
    from songs
    where entry_type = 'track' and song_id is null and recording_id is null

    union all

    select
        chart_id,
        snapshot_at,
        'durations, streams and popularity are not negative' as broken_rule,
        'position ' || position as offender
    from songs
    where least(duration_ms, streams, popularity) < 0

)

select
    snapshots.raw_name,
    broken.broken_rule,
    broken.offender
from broken
inner join snapshots
    on broken.chart_id = snapshots.chart_id
    and broken.snapshot_at = snapshots.snapshot_at
    and snapshots.is_current
