-- One row per entry that breaks a rule: the raw file, the rule and the offender.
with

songs_by_file as (

    select
        snapshots.raw_name,
        songs.*
    from songs
    inner join snapshots
        on songs.chart_id = snapshots.chart_id
        and songs.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

)

select
    raw_name,
    'a position stands once in a snapshot' as broken_rule,
    'position ' || position as offender
from songs_by_file
group by raw_name, snapshot_at, position
having count(*) > 1

union all

select
    raw_name,
    'a position is a whole number from 1 on' as broken_rule,
    coalesce('position ' || position, song_name, 'an entry') as offender
from songs_by_file
where coalesce(position, 0) < 1

union all

select
    raw_name,
    'a track has an id or a title' as broken_rule,
    'position ' || coalesce(position::varchar, '?') as offender
from songs_by_file
where entry_type = 'track' and song_id is null and recording_id is null

union all

select
    raw_name,
    'durations, streams and popularity are not negative' as broken_rule,
    'position ' || position as offender
from songs_by_file
where least(duration_ms, streams, popularity) < 0
