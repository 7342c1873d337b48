-- One row per line of a chart file in this chunk, with its cells as text.
-- A missing cell is null. An empty cell is an empty string.
select
    file_number,
    line_number,
    is_short,
    has_line_break,
    rank,
    address,
    song_name,
    artist_credit,
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
