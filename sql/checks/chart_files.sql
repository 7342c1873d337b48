-- One row per cell of a chart file that breaks a rule: the raw file, the rule and the offender.
with

entries_by_file as (

    select
        raw_files.raw_name,
        chart_entries.*
    from chart_entries
    inner join raw_files on chart_entries.file_number = raw_files.file_number

)

select
    raw_name,
    'a count in a chart file is a whole number, written in digits' as broken_rule,
    unnest(malformed_counts) as offender
from entries_by_file

union all

select
    raw_name,
    'an address in a chart file is that of a track' as broken_rule,
    malformed_address as offender
from entries_by_file
where malformed_address is not null
