-- One row per artist that breaks a rule: the raw file, the rule and the offender.
with

credits as (

    select
        chart_id,
        snapshot_at,
        unnest(artist_ids) as artist_id
    from songs

),

broken as (

    select
        chart_id,
        snapshot_at,
        'an artist stands once in a snapshot' as broken_rule,
        artist_id as offender
    from artists
    where position is null
    group by chart_id, snapshot_at, artist_id
    having count(*) > 1

    union all

    select
        chart_id,
        snapshot_at,
        'an artist has an id' as broken_rule,
        coalesce(artist_name, 'an artist') as offender
    from artists
    where artist_id is null and position is null

    union all

    select
        chart_id,
        snapshot_at,
        'a position of artists stands once in a snapshot' as broken_rule,
        'position ' || position as offender
    from artists
    where position is not null
    group by chart_id, snapshot_at, position
    having count(*) > 1

    union all

    select
        chart_id,
        snapshot_at,
        'a position of artists is a whole number from 1 on' as broken_rule,
        'position ' || position as offender
    from artists
    where position < 1

    union all

    select distinct
        credits.chart_id,
        credits.snapshot_at,
        'every artist credited on a song is among the artists' as broken_rule,
        credits.artist_id as offender
    from credits
    anti join artists
        on credits.chart_id = artists.chart_id
        and credits.snapshot_at = artists.snapshot_at
        and credits.artist_id = artists.artist_id

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
