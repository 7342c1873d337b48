-- One row per raw file that is not a snapshot: the raw file, the rule and the offender.
select
    raw_files.raw_name,
    'the entries of a playlist response hold a track, an episode or nothing' as broken_rule,
    'none of its entries does' as offender
from raw_files
inner join playlist_entries on raw_files.file_number = playlist_entries.file_number
group by raw_files.raw_name
having not bool_or(playlist_entries.is_entry)

union all

select
    raw_name,
    'the file says which chart it is, in its envelope, its name or its content' as broken_rule,
    'none of them names a chart; state it with chartlake land --chart' as offender
from raw_files
where chart_id is null

union all

select
    raw_name,
    'a chart id is made of letters, digits, ".", "_" and "-" alone' as broken_rule,
    chart_id as offender
from raw_files
where not regexp_full_match(chart_id, '[A-Za-z0-9._-]*[A-Za-z0-9_-][A-Za-z0-9._-]*')

union all

select
    raw_name,
    'a chart id has at most 100 characters' as broken_rule,
    length(chart_id) || ' characters' as offender
from raw_files
where length(chart_id) > 100

union all

select
    raw_name,
    'the time of a snapshot is in the years from 2006, when Spotify was founded, to 2999'
        as broken_rule,
    snapshot_at::varchar as offender
from raw_files
where not year(snapshot_at) between 2006 and 2999
