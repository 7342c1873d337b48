"""Chart files, the CSV files that anyone can download from charts.spotify.com.

Columns are found by name in the first line that names a rank, so that files with other columns,
or with a note above the header, are read as well. Until 2021 the columns had other names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

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
_NAME = re.compile(
    r"([a-z]+(?:-[a-z0-9]+)+-(?:weekly|daily))"
    r"-(\d{4}-\d{2}-\d{2})(?:--(\d{4}-\d{2}-\d{2}))?\.csv"
)


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A line below the header: its number, and its cells by the names in `COLUMNS`.

    A cell is None where the file has no such column, or the line ends before it.
    """

    line: int
    cells: tuple[str | None, ...]
    is_short: bool
    has_line_break: bool


def parse_name(name: str) -> tuple[str, datetime] | None:
    """The chart id and the chart date (midnight UTC) in the name of a chart file, if it is one.

    Until 2021 names had two dates, from Friday to Friday; the chart date is the Thursday before the
    second one.
    """
    match = _NAME.fullmatch(name)
    if not match:
        return None
    chart_id, first, end = match.groups()
    try:
        moment = datetime.strptime(end or first, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return None  # the 31st of February, say
    return chart_id, moment - timedelta(days=1) if end else moment


def read_rows(text: str) -> Iterator[ChartRow]:
    """The lines of a chart file below its header. Raises InvalidRawFile where it has none."""
    lines = csv.reader(io.StringIO(text, newline=""))
    header: list[str] | None = None
    places: tuple[int | None, ...] = ()
    for cells in _without_errors(lines):
        if header is None:
            names = [cell.replace("\ufeff", "").strip().lower() for cell in cells]
            if not set(COLUMNS["rank"]).isdisjoint(names):
                header, places = names, tuple(_place(names, known) for known in COLUMNS.values())
        elif any(cells):
            yield ChartRow(
                lines.line_num,
                tuple(_cell(cells, place) for place in places),
                len(cells) < len(header),
                any("\n" in cell for cell in cells),
            )
    if header is None:
        raise InvalidRawFile(
            "any other file is a chart file, its columns named in a line with rank or Position",
            "no such line",
        )


def _without_errors(lines: Iterator[list[str]]) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        raise InvalidRawFile("a chart file is CSV", str(error)) from error


def _place(names: list[str], known: tuple[str, ...]) -> int | None:
    return next((names.index(name) for name in known if name in names), None)


def _cell(cells: list[str], place: int | None) -> str | None:
    return cells[place] if place is not None and place < len(cells) else None
