-- One row per row of a chart file in this batch, with its cells as text.
-- A column that the file does not have is an empty string.
select
    file_number,
    line_number,
    rank,
    address,
    title,
    artist,
    label,
    peak,
    previous,
    periods,
    streams,
    release
from
    read_csv(
        getvariable('chart_lines_path'),
        columns = {
            'file_number': 'integer',
            'line_number': 'integer',
            'rank': 'varchar',
            'address': 'varchar',
            'title': 'varchar',
            'artist': 'varchar',
            'label': 'varchar',
            'peak': 'varchar',
            'previous': 'varchar',
            'periods': 'varchar',
            'streams': 'varchar',
            'release': 'varchar'
        },
        header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
        allow_quoted_nulls = false, new_line = '\n', parallel = false
    )
