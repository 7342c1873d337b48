-- One row per line of a chart file, its cells as they stand, in the file's order.
-- No header, no types, no sniffing: columns are found by name in staging, so
-- files with other columns, or with a note above the header, pass together. A cell
-- that a line lacks is null, one that is empty is not.
with

lines as (

    select
        *,
        row_number() over () as line_number
    from
        read_csv(
            getvariable('chart_file_paths'),
            columns = {
                'c01': 'varchar', 'c02': 'varchar', 'c03': 'varchar', 'c04': 'varchar',
                'c05': 'varchar', 'c06': 'varchar', 'c07': 'varchar', 'c08': 'varchar',
                'c09': 'varchar', 'c10': 'varchar', 'c11': 'varchar', 'c12': 'varchar',
                'c13': 'varchar', 'c14': 'varchar', 'c15': 'varchar', 'c16': 'varchar'
            },
            header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
            nullstr = 'no such cell', null_padding = true, strict_mode = false, parallel = false,
            filename = true
        )

)

select
    raw_files.raw_name,
    lines.line_number,
    [
        lines.c01, lines.c02, lines.c03, lines.c04, lines.c05, lines.c06, lines.c07, lines.c08,
        lines.c09, lines.c10, lines.c11, lines.c12, lines.c13, lines.c14, lines.c15, lines.c16
    ] as cells
from lines
inner join raw_files on lines.filename = raw_files.path
