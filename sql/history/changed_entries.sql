-- One row per snapshot whose entries differ from those that are staged.
-- Rows of artists and albums are entries only in charts of artists and albums.
with

other_entries as (

    select
        chart_id,
        snapshot_at
    from artists
    where position is not null
    union all
    select
        chart_id,
        snapshot_at
    from albums
    where position is not null
    union all
    select
        chart_id,
        snapshot_at
    from staged_entries
    where kind <> 'song'

),

changed_others as (

    select * from changed_artists
    union all
    select * from changed_albums

)

select
    chart_id,
    snapshot_at
from changed_songs
union
select
    changed_others.chart_id,
    changed_others.snapshot_at
from changed_others
semi join other_entries
    on changed_others.chart_id = other_entries.chart_id
    and changed_others.snapshot_at = other_entries.snapshot_at
