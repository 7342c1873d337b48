"""What the header of a bulk table says: where its columns are, and which charts it may hold."""

from __future__ import annotations

import csv
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from etl.errors import InvalidRawFile
from etl.sources.bulk.source import Source, cells_of, is_text, lines_of
from etl.sources.chart_columns import Header, column_key, read_header
from etl.sources.chart_months import date_place, month_header
from etl.sources.delimiters import delimiter_of
from etl.sources.raw_text import is_response

Cadence = Literal["daily", "weekly"]

_HEAD_LINES = 50
_RULE = "a bulk table has a date, and a market or chart, in each row"


@dataclass(frozen=True, slots=True)
class Layout:
    """The header of a bulk table, as it stands in line `line`, and what it tells of the charts.

    `delimiter` separates the cells of all rows. `family` is that of all charts of which a row does
    not state another; `chart_id` is given if all rows are of one chart.
    """

    header: Header
    delimiter: str
    text: str
    line: int
    date: int
    family: str
    cadence: Cadence | None
    chart_id: str | None = None


def layout_of(source: Source, chart_id: str | None = None) -> Layout:
    """The layout of a bulk table, whose rows each have a date, and a market or chart.

    If its chart is given, rows need to have neither. Raises InvalidRawFile where the file is none.
    """
    try:
        with source.open() as file:
            if is_response(file.read(1024)):
                raise InvalidRawFile(_RULE, "it is JSON")
        head = list(islice(lines_of(source), _HEAD_LINES))
        lines, text = _Counted(iter(head)), "".join(head)
        delimiter = delimiter_of(text)
        rows = (cells_of(line, delimiter) for line in lines)
        header = month_header(rows, text, chart_id) if chart_id else read_header(rows, text, None)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, csv.Error) as error:
        raise InvalidRawFile(_RULE, str(error)) from error
    if not is_text(lines.last):
        raise InvalidRawFile(_RULE, "its header is not text in UTF-8")
    date = date_place(header)
    if date is None:
        raise InvalidRawFile(_RULE, "it has no column for date")
    if chart_id:
        family, _, rest = chart_id.partition("-")
        cadence = stated_cadence(rest)
    else:
        if not {"region", "chart"} & header.context.keys():
            raise InvalidRawFile(_RULE, "it has no column for market or chart")
        family = _family(header, source.name)
        cadence = _cadence(header, source.name)
    return Layout(header, delimiter, lines.last, lines.number, date, family, cadence, chart_id)


def stated_cadence(text: str) -> Cadence | None:
    """Daily or weekly, if the text has a word for one of them alone."""
    is_daily = bool(re.search(r"daily|days?(?![a-z])|daysonchart", text.lower()))
    is_weekly = bool(re.search(r"week", text.lower()))
    if is_daily == is_weekly:
        return None
    return "daily" if is_daily else "weekly"


class _Counted:
    """Lines, of which the last one and its number are kept."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.number, self.last = 0, ""

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        self.last = next(self._lines)
        self.number += 1
        return self.last


def _family(header: Header, name: str) -> str:
    titles = header.places.get("title", [])
    if not titles:
        return "artist"
    if column_key(header.names[titles[0]]).startswith("album"):
        return "album"
    return "viral" if "viral" in name.lower() else "regional"


def _cadence(header: Header, name: str) -> Cadence | None:
    """What the columns of counts say, or else the name of the file."""
    places = [
        place
        for column in ("rank", "periods", "streams", "previous")
        for place in header.places.get(column, [])
    ]
    places += header.context.get("date", [])
    words = " ".join(column_key(header.names[place]) for place in places)
    return stated_cadence(words) or stated_cadence(name)
