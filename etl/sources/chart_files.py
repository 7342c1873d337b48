"""Chart files, the CSV files that anyone can download from charts.spotify.com.

Columns are found by name in the first line that names a rank, so that files with other columns,
or with a note above the header, are read as well. Until 2021 the columns had other names.
"""

from __future__ import annotations

import csv
import io

from etl.errors import InvalidRawFile

# The columns that are read, each with the names it has had.
COLUMNS = {
    "rank": ("rank", "position"),
    "address": ("uri", "url"),
    "song_name": ("track_name", "track name"),
    "artist_credit": ("artist_names", "artist"),
    "label": ("source",),
    "peak": ("peak_rank",),
    "previous": ("previous_rank",),
    "periods": ("weeks_on_chart", "days_on_chart"),
    "streams": ("streams",),
}
RULE = "any other file is a chart file, its columns named in a line with rank or Position"


def normalized(text: str, file_number: int) -> str:
    """The lines below the header as CSV with known columns.

    These are the file's number, the number of the line, whether the line is shorter than the
    header, whether a cell has a line break, and then `COLUMNS`. A cell that a line lacks is empty
    and unquoted, which DuckDB reads as null. Raises InvalidRawFile where there is no header.
    """
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next((names for names in map(_names, lines) if "rank" in _found(names)), None)
        if header is None:
            raise InvalidRawFile(RULE, "no such line")
        places = _found(header)
        return "".join(
            _line(file_number, lines.line_num, cells, len(header), places)
            for cells in lines
            if any(cells)
        )
    except csv.Error as error:
        raise InvalidRawFile("a chart file is CSV", str(error)) from error


def _names(cells: list[str]) -> list[str]:
    return [cell.replace("\ufeff", "").strip().lower() for cell in cells]


def _found(names: list[str]) -> dict[str, int]:
    """Where each known column is in a header."""
    return {
        column: names.index(next(name for name in known if name in names))
        for column, known in COLUMNS.items()
        if not set(known).isdisjoint(names)
    }


def _line(file_number: int, line: int, cells: list[str], width: int, places: dict[str, int]) -> str:
    has_break = any("\n" in cell for cell in cells)
    flags = f"{file_number},{line},{len(cells) < width},{has_break}"
    known = (_quoted(cells, places.get(column)) for column in COLUMNS)
    return ",".join((flags, *known)) + "\n"


def _quoted(cells: list[str], place: int | None) -> str:
    if place is None or place >= len(cells):
        return ""
    return '"' + cells[place].replace('"', '""') + '"'
