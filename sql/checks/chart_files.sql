-- One row per cell of a chart file that breaks a rule: the raw file, the rule and the offender.
with

entries_by_file as (

    select
        raw_files.raw_name,
        raw_files.chart_id,
        chart_entries.*
    from chart_entries
    inner join raw_files on chart_entries.file_number = raw_files.file_number

),

-- Most addresses are those of another kind: the file is another chart than its name says.
mistaken_kinds as (

    select
        raw_name,
        any_value(chart_id) || ' has addresses of ' || mode(address_kind) || 's; it seems to be '
        || case when mode(address_kind) = 'song' then 'a song' else 'an ' || mode(address_kind) end
        || ' chart' as offender
    from entries_by_file
    where address_kind is not null
    group by raw_name
    having mode(address_kind) <> any_value(kind)

)

select
    raw_name,
    'a count in a chart file is a whole number, written in digits' as broken_rule,
    unnest(malformed_counts) as offender
from entries_by_file

union all

select
    raw_name,
    'the rows of a chart file are of the kind that its name says' as broken_rule,
    offender
from mistaken_kinds

union all

select
    entries_by_file.raw_name,
    'an address in a chart file is that of a track' as broken_rule,
    entries_by_file.malformed_address as offender
from entries_by_file
anti join mistaken_kinds on entries_by_file.raw_name = mistaken_kinds.raw_name
where entries_by_file.malformed_address is not null and entries_by_file.kind = 'song'

union all

select
    entries_by_file.raw_name,
    'an address in an artist chart or album chart is that of an artist or album' as broken_rule,
    entries_by_file.malformed_address as offender
from entries_by_file
anti join mistaken_kinds on entries_by_file.raw_name = mistaken_kinds.raw_name
where entries_by_file.malformed_address is not null and entries_by_file.kind <> 'song'
