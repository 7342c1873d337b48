-- What holds for every artist; a row here names the file and the artist that breaks it.
with

artists as (

    select
        snapshots.raw_name,
        artists.*
    from artists
    inner join snapshots
        on artists.chart_id = snapshots.chart_id
        and artists.snapshot_at = snapshots.snapshot_at
        and snapshots.is_current

),

credits as (

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
from artists
group by raw_name, artist_id
having count(*) > 1

union all

select
    raw_name,
    'an artist has an id' as broken_rule,
    coalesce(artist_name, 'an artist') as offender
from artists
where artist_id is null

union all

select
    credits.raw_name,
    'every artist credited on a song is among the artists' as broken_rule,
    credits.artist_id as offender
from credits
anti join artists
    on credits.raw_name = artists.raw_name
    and credits.artist_id = artists.artist_id
