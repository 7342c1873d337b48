-- One row per line of a chart file of this chunk, its cells as they stand.
-- A cell that a line lacks is null, one that is empty is not.
select *
from
    read_csv(
        getvariable('chart_lines_path'),
        columns = {
            'file_number': 'integer',
            'line_number': 'integer',
            'is_short': 'boolean',
            'has_line_break': 'boolean',
            'rank': 'varchar',
            'address': 'varchar',
            'song_name': 'varchar',
            'artist_credit': 'varchar',
            'label': 'varchar',
            'peak': 'varchar',
            'previous': 'varchar',
            'periods': 'varchar',
            'streams': 'varchar'
        },
        header = false, auto_detect = false, delim = ',', quote = '"', escape = '"',
        allow_quoted_nulls = false, new_line = '\n', parallel = false
    )
