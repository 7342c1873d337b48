-- One row per entry or chart file line that breaks a rule: the raw file, the rule and the offender.
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

),

lines_by_file as (

    select
        raw_files.raw_name,
        chart_entries.*
    from chart_entries
    inner join raw_files on chart_entries.file_number = raw_files.file_number

)

select
    raw_name,
    'a position stands once in a snapshot' as broken_rule,
    'position ' || position as offender
from songs_by_file
group by raw_name, position
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
    'a track has an id' as broken_rule,
    'position ' || coalesce(position::varchar, '?') as offender
from songs_by_file
where entry_type = 'track' and song_id is null

union all

select
    raw_name,
    'durations, streams and popularity are not negative' as broken_rule,
    'position ' || position as offender
from songs_by_file
where least(duration_ms, streams, popularity) < 0

union all

select
    raw_name,
    'the counts in a chart file are whole numbers' as broken_rule,
    malformed_number as offender
from lines_by_file
where malformed_number is not null

union all

select
    raw_name,
    'a cell of a chart file ends on the line on which it begins' as broken_rule,
    coalesce('position ' || position, 'a line') as offender
from lines_by_file
where has_line_break

union all

select
    raw_name,
    'a line of a chart file has a cell for each column' as broken_rule,
    coalesce('position ' || position, 'a line') as offender
from lines_by_file
where is_short
