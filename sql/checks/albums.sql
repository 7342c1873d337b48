-- One row per album that breaks a rule: the raw file, the rule and the offender.
with

albums_by_file as (

    select
        snapshots.raw_name,
        albums.*
    from albums
    inner join snapshots
        on albums.chart_id = snapshots.chart_id
        and albums.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

),

songs_by_file as (

    select
        snapshots.raw_name,
        songs.album_id
    from songs
    inner join snapshots
        on songs.chart_id = snapshots.chart_id
        and songs.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

)

select
    raw_name,
    'an album stands once in a snapshot' as broken_rule,
    album_id as offender
from albums_by_file
where position is null
group by raw_name, snapshot_at, album_id
having count(*) > 1

union all

select
    raw_name,
    'an album has an id' as broken_rule,
    coalesce(album_name, 'an album') as offender
from albums_by_file
where album_id is null and position is null

union all

select
    raw_name,
    'a position of albums stands once in a snapshot' as broken_rule,
    'position ' || position as offender
from albums_by_file
where position is not null
group by raw_name, snapshot_at, position
having count(*) > 1

union all

select
    raw_name,
    'a position of albums is a whole number from 1 on' as broken_rule,
    'position ' || position as offender
from albums_by_file
where position < 1

union all

select
    songs_by_file.raw_name,
    'the album of every song is among the albums' as broken_rule,
    songs_by_file.album_id as offender
from songs_by_file
anti join albums_by_file
    on songs_by_file.raw_name = albums_by_file.raw_name
    and songs_by_file.album_id = albums_by_file.album_id
where songs_by_file.album_id is not null
