-- One row per artist that breaks a rule: the raw file, the rule and the offender.
with

artists_by_file as (

    select
        snapshots.raw_name,
        artists.*
    from artists
    inner join snapshots
        on artists.chart_id = snapshots.chart_id
        and artists.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

),

credits_by_file as (

    select
        snapshots.raw_name,
        unnest(songs.artist_ids) as artist_id
    from songs
    inner join snapshots
        on songs.chart_id = snapshots.chart_id
        and songs.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

)

select
    raw_name,
    'an artist stands once in a snapshot' as broken_rule,
    artist_id as offender
from artists_by_file
where position is null
group by raw_name, snapshot_at, artist_id
having count(*) > 1

union all

select
    raw_name,
    'an artist has an id' as broken_rule,
    coalesce(artist_name, 'an artist') as offender
from artists_by_file
where artist_id is null and position is null

union all

select
    raw_name,
    'a position of artists stands once in a snapshot' as broken_rule,
    'position ' || position as offender
from artists_by_file
where position is not null
group by raw_name, snapshot_at, position
having count(*) > 1

union all

select
    raw_name,
    'a position of artists is a whole number from 1 on' as broken_rule,
    'position ' || position as offender
from artists_by_file
where position < 1

union all

select
    credits_by_file.raw_name,
    'every artist credited on a song is among the artists' as broken_rule,
    credits_by_file.artist_id as offender
from credits_by_file
anti join artists_by_file
    on credits_by_file.raw_name = artists_by_file.raw_name
    and credits_by_file.artist_id = artists_by_file.artist_id
