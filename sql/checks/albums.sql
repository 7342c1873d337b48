-- One row per album that breaks a rule: the raw file, the rule and the offender.
with

broken as (

    select
        chart_id,
        snapshot_at,
        'an album stands once in a snapshot' as broken_rule,
        album_id as offender
    from albums
    where position is null
    group by chart_id, snapshot_at, album_id
    having count(*) > 1

    union all

    select
        chart_id,
        snapshot_at,
        'an album has an id' as broken_rule,
        coalesce(album_name, 'an album') as offender
    from albums
    where album_id is null and position is null

    union all

    select
        chart_id,
        snapshot_at,
        'a position of albums stands once in a snapshot' as broken_rule,
        'position ' || position as offender
    from albums
    where position is not null
    group by chart_id, snapshot_at, position
    having count(*) > 1

    union all

    select
        chart_id,
        snapshot_at,
        'a position of albums is a whole number from 1 on' as broken_rule,
        'position ' || position as offender
    from albums
    where position < 1

    union all

    select distinct
        songs.chart_id,
        songs.snapshot_at,
        'the album of every song is among the albums' as broken_rule,
        songs.album_id as offender
    from songs
    anti join albums
        on songs.chart_id = albums.chart_id
        and songs.snapshot_at = albums.snapshot_at
        and songs.album_id = albums.album_id
    where songs.album_id is not null

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
