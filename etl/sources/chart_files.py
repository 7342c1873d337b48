"""Chart files, the CSV files that anyone can download from charts.spotify.com.

Columns are found by name, so that files with other columns, in any order, or with a note above the
header, are read as well. Python only finds the cells; the SQL of the layer `staging` judges them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Container, Iterator
from datetime import date
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

from etl.errors import InvalidRawFile
from etl.sources.chart_columns import COLUMNS, Header, quoted, read_header
from etl.sources.chart_context import check_context
from etl.sources.delimiters import rows_in

if TYPE_CHECKING:
    from _csv import Reader

# DuckDB reads lines of at most two megabytes.
ROW_CHARACTERS = 100_000


def normalized(
    text: str, file_number: int, chart_id: str | None = None, chart_date: date | None = None
) -> str:
    """The rows of a chart file as CSV with known columns.

    These are the file's number, the number of the line, and then `COLUMNS`; a column that the file
    does not have is empty. Raises InvalidRawFile where a needed column is missing, a row does not
    fit the header, or rows belong to another chart or date than the given ones.
    """
    lines = rows_in(text)
    try:
        header = read_header(lines, text, chart_id)
        return _normalized(lines, header, file_number, chart_id, chart_date)
    except csv.Error as error:
        raise InvalidRawFile("a chart file is CSV", f"line {lines.line_num}: {error}") from error


def _normalized(
    lines: Reader, header: Header, file_number: int, chart_id: str | None, chart_date: date | None
) -> str:
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    values: dict[int, set[str]] = {place: set() for place in chain(*header.context.values())}
    # A column that the file does not have is read from the empty cell behind the last one.
    none = [len(header.names)]
    pick = itemgetter(*(header.places.get(column, none)[0] for column in COLUMNS))
    for line, cells in filled_rows(lines, header):
        for place, found in values.items():
            found.add(cells[place])
        picked = pick(cells)
        if sum(map(len, picked)) > ROW_CHARACTERS:
            raise InvalidRawFile(
                f"a row of a chart file has at most {ROW_CHARACTERS:,} characters", f"line {line}"
            )
        writer.writerow((file_number, line, *picked))
    check_context(header, values, chart_id, chart_date)
    return written.getvalue()


def filled_rows(
    lines: Reader, header: Header, nothing: Container[str] = ()
) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the number of its line and one more, empty cell.

    Of several columns of one meaning, those with a word for `nothing` are empty.
    """
    width, repeated = len(header.names), repeated_columns(header)
    last = lines.line_num
    for cells in lines:
        line, is_broken = lines.line_num, lines.line_num > last + 1
        last = line
        if not any(cells):
            continue
        if is_broken:
            raise InvalidRawFile(
                "a cell of a chart file ends on the line on which it begins",
                f"a cell goes on to line {line}; a quote may be missing",
            )
        if len(cells) < width or any(cells[width:]):
            raise InvalidRawFile(
                "a row of a chart file has one cell for each column",
                f"line {line} has {len(cells)} instead of {width}",
            )
        cells.append("")
        if repeated and (differing := unite(cells, repeated, nothing)):
            found = (f"{quoted(header.names[one])} is {quoted(cells[one])}" for one in differing)
            raise InvalidRawFile(
                "columns of a chart file that mean the same say the same",
                f"{' and '.join(found)} in line {line}",
            )
        yield line, cells


def repeated_columns(header: Header) -> dict[str, list[int]]:
    """The places of the columns of which there are several of one meaning."""
    return {column: places for column, places in header.places.items() if len(places) > 1}


def unite(
    cells: list[str], repeated: dict[str, list[int]], nothing: Container[str] = ()
) -> tuple[int, int] | None:
    """Put what several columns of one meaning say into the first of them.

    Returns two that do not say the same, if there are any.
    """
    for column, places in repeated.items():
        filled = [
            one for one in places if (text := cells[one].strip()) and text.lower() not in nothing
        ]
        for other in filled[1:]:
            if _meaning(column, cells[other]) != _meaning(column, cells[filled[0]]):
                return filled[0], other
        if filled:
            cells[places[0]] = cells[filled[0]]
    return None


def _meaning(column: str, cell: str) -> str:
    """What makes two cells equal: the id in an address, a count without its decimal point."""
    text = cell.strip()
    if column == "address":
        return text.partition("?")[0].replace("/", ":").rpartition(":")[2]
    return text.removesuffix(".0")
