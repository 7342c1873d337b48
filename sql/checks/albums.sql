-- What holds for every album; a row here names the file and the album that breaks it.
with

albums as (

    select
        snapshots.raw_name,
        albums.*
    from albums
    inner join snapshots
        on albums.chart_id = snapshots.chart_id
        and albums.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

),

songs as (

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
from albums
group by raw_name, album_id
having count(*) > 1

union all

select
    raw_name,
    'an album has an id' as broken_rule,
    coalesce(album_name, 'an album') as offender
from albums
where album_id is null

union all

select
    songs.raw_name,
    'the album of every song is among the albums' as broken_rule,
    songs.album_id as offender
from songs
anti join albums
    on songs.raw_name = albums.raw_name
    and songs.album_id = albums.album_id
where songs.album_id is not null
