-- One row per row of a chart file in this chunk, with its cells as text.
-- A cell that is missing is an empty string.
select
    file_number,
    line_number,
    is_ragged,
    has_line_break,
    rank,
    address,
    title,
    artist,
    label,
    peak,
    previous,
    periods,
    streams
from
    read_csv(
        getvariable('chart_lines_path'),
        columns = {
            'file_number': 'integer',
            'line_number': 'integer',
            'is_ragged': 'boolean',
            'has_line_break': 'boolean',
            'rank': 'varchar',
            'address': 'varchar',
            'title': 'varchar',
            'artist': 'varchar',
            'label': 'varchar',
            'peak': 'varchar',
            'previous': 'varchar',
            'periods': 'varchar',
            'streams': 'varchar'
        },
        header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
        allow_quoted_nulls = false, new_line = '\n', parallel = false
    )
