"""Chart months: the rows of a bulk table that belong to one chart and month, each with its date.

They are read like chart files. What the collectors of such tables write in other ways than Spotify
is rewritten: several artists in one cell, and words for nothing.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from etl.errors import InvalidRawFile
from etl.lake.layout import Partition
from etl.sources.bulk.dates import Edge, day_in_month
from etl.sources.chart_columns import COLUMNS, Header, column_key, quoted, read_header
from etl.sources.chart_context import is_other_chart, is_other_market
from etl.sources.chart_files import ROW_CHARACTERS, filled_rows
from etl.sources.chart_kinds import kind_of
from etl.sources.delimiters import rows_in

if TYPE_CHECKING:
    from _csv import Reader

# A text in a list, with either kind of quotes.
_STRING = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""")
# What escapes in a list can stand for, although no name has it and some of it is no UTF-8.
_NO_TEXT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# How programs write that there is nothing.
NOTHING = frozenset(("nan", "none", "null", "na", "n/a", "-", "—", "<na>"))
_COUNTS = ("rank", "peak", "previous", "periods", "streams", "address", "label", "release")
_FEATURED = ("feats", "feat", "featuring", "featured artists")
_FIRST_DAYS = ("start date", "week start")
_LAST_DAYS = ("end date", "week end", "week ending")


def normalized_month(text: str, first_number: int, partition: Partition) -> tuple[str, list[date]]:
    """The rows as CSV with known columns, as those of chart files, and the days that they have.

    The rows of the first of these days have the number `first_number`, those of the next one the
    number after it, and so on. Raises InvalidRawFile as for chart files, and where a row has no
    date of the month.
    """
    lines = rows_in(text)
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    numbers: dict[date, int] = {}
    try:
        for line, day, picked in _dated_rows(lines, text, partition):
            number = numbers.setdefault(day, first_number + len(numbers))
            writer.writerow((number, line, *picked))
    except csv.Error as error:
        raise InvalidRawFile("a chart file is CSV", f"line {lines.line_num}: {error}") from error
    if not numbers:
        raise InvalidRawFile("a chart file of a month has rows", "it has none")
    return written.getvalue(), list(numbers)


def days_in(text: str, partition: Partition) -> list[date]:
    """The days of which a chart file of a month has rows."""
    return normalized_month(text, 0, partition)[1]


def month_header(lines: Iterator[list[str]], text: str, chart_id: str) -> Header:
    """The header of a bulk table; unlike a chart file, one of songs need not have streams."""
    return read_header(lines, text, None if kind_of(chart_id) == "song" else chart_id)


def date_place(header: Header) -> int | None:
    """The column with the date of each row; of a week's first and last day, the last."""
    places = header.context.get("date", [])
    last_days = [place for place in places if column_key(header.names[place]) in _LAST_DAY_KEYS]
    return next(iter([*last_days, *places]), None)


def edge_of_week(header: Header, place: int) -> Edge | None:
    """Which day of a week the dates in a column are, if its name says so."""
    key = column_key(header.names[place])
    return "first" if key in _FIRST_DAY_KEYS else "last" if key in _LAST_DAY_KEYS else None


class Cells:
    """What is read of a row, as the cells of `COLUMNS`, in the way in which Spotify writes it."""

    def __init__(self, header: Header) -> None:
        none = [len(header.names)]  # the empty cell behind the last one
        self._pick = itemgetter(*(header.places.get(column, none)[0] for column in COLUMNS))
        self._is_of_artists = not header.places.get("title")
        self._featured = [
            place for place, name in enumerate(header.names) if column_key(name) in _FEATURED_KEYS
        ]

    def of(self, cells: list[str]) -> list[str]:
        """The cells of a row that has one more, empty cell at its end."""
        picked = list(self._pick(cells))
        for place in _COUNT_PLACES:
            if picked[place] and picked[place].strip().lower() in NOTHING:
                picked[place] = ""
        picked[_ARTIST] = credit(picked[_ARTIST], is_one_artist=self._is_of_artists)
        for place in self._featured:
            if featured := credit(cells[place]):
                picked[_ARTIST] += f", {featured}"
        return picked


def credit(text: str, *, is_one_artist: bool = False) -> str:
    """Artists as Spotify shows them, from a list as a program prints it, or joined by `|`.

    A single artist, as in an artist chart, may have `|` in the name.
    """
    stripped = text.strip()
    if stripped.startswith("[") and stripped.endswith("]"):
        try:
            names = ", ".join(map(_name, _listed(stripped)))
        except (ValueError, SyntaxError, KeyError):
            return text
        return text if _NO_TEXT.search(names) else names
    if is_one_artist or "|" not in text:
        return text
    return ", ".join(name.strip() for name in text.split("|"))


def _listed(text: str) -> list[Any]:
    """The items of a list as Python, NumPy or JSON writes it; NumPy writes no commas.

    Raises ValueError or SyntaxError where it is none.
    """
    if not _STRING.sub("", text).strip("[], "):
        return [_unquoted(one) for one in _STRING.findall(text)]
    try:
        return list(json.loads(text))
    except ValueError:
        return list(ast.literal_eval(text))


def _unquoted(text: str) -> str:
    if "\\" not in text:
        return text[1:-1]
    try:
        return str(json.loads(text))
    except ValueError:
        return str(ast.literal_eval(text))


def _name(item: Any) -> str:
    return str(item["name"] if isinstance(item, dict) else item)


def _dated_rows(
    lines: Reader, text: str, partition: Partition
) -> Iterator[tuple[int, date, list[str]]]:
    header = month_header(lines, text, partition.chart_id)
    place, cells_of = date_place(header), Cells(header).of
    charts = _ChartCells(header, partition.chart_id)
    if place is None:
        raise InvalidRawFile("a chart file of a month has a column for the date", "it has none")
    is_weekly = partition.chart_id.endswith("-weekly")
    edge = edge_of_week(header, place) if is_weekly else None
    for line, cells in filled_rows(lines, header, NOTHING):
        day = day_in_month(cells[place], partition.month, edge)
        if day is None:
            raise InvalidRawFile(
                "each row of a chart file of a month has a date of that month",
                f'it is "{cells[place][:60]}" in line {line}, and the file is of {partition.month}',
            )
        charts.check(cells, line)
        picked = cells_of(cells)
        if sum(map(len, picked)) > ROW_CHARACTERS:
            raise InvalidRawFile(
                f"a row of a chart file has at most {ROW_CHARACTERS:,} characters", f"line {line}"
            )
        yield line, day, picked


class _ChartCells:
    """The cells of rows that name a market or a chart, compared with the chart of the file."""

    def __init__(self, header: Header, chart_id: str) -> None:
        self._chart_id = chart_id
        self._names = header.names
        self._columns = [
            (place, is_other, set[str]())
            for column, is_other in (("region", is_other_market), ("chart", is_other_chart))
            for place in header.context.get(column, [])
        ]

    def check(self, cells: list[str], line: int) -> None:
        """Raise InvalidRawFile where a row names another market or chart."""
        for place, is_other, agreeing in self._columns:
            cell = cells[place]
            if cell in agreeing:
                continue
            if is_other(cell, self._chart_id):
                raise InvalidRawFile(
                    "the rows of a chart file belong to the chart that the file is taken for",
                    f"{quoted(self._names[place])} is {quoted(cell)} in line {line}, and the file"
                    f" is taken for {self._chart_id}",
                )
            agreeing.add(cell)


_COUNT_PLACES = [list(COLUMNS).index(column) for column in _COUNTS]
_ARTIST = list(COLUMNS).index("artist")
_FEATURED_KEYS = frozenset(map(column_key, _FEATURED))
_FIRST_DAY_KEYS = frozenset(map(column_key, _FIRST_DAYS))
_LAST_DAY_KEYS = frozenset(map(column_key, _LAST_DAYS))
