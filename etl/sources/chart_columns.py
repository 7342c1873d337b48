"""The columns of chart files, found by their names in the header.

Spotify has renamed them, and collectors rename them again. Case, blanks, hyphens and underscores in
a name do not matter.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from etl.errors import InvalidRawFile
from etl.wording import shortened

# The columns that are read, each with the names that it has had.
COLUMNS = {
    "rank": (
        "rank", "position", "track position", "chart position", "current position", "current pos",
        "current rank", "daily rank", "weekly rank", "pos",
    ),
    "address": (
        "uri", "url", "track uri", "track url", "song uri", "song url", "spotify uri",
        "spotify url", "spotify track uri", "spotify id", "track id", "link",
    ),
    "title": (
        "track name", "track", "track title", "title", "song", "song name", "song title", "name",
    ),
    "artist": (
        "artist names", "artist name", "artists", "artist", "artist credit", "performer",
        "performers",
    ),
    "label": ("source", "label", "record label"),
    "peak": ("peak rank", "peak position", "peak pos", "peak"),
    "previous": (
        "previous rank", "previous position", "previous pos", "prev rank", "prev position",
        "prev pos", "previous", "previous week", "last week",
    ),
    "periods": ("weeks on chart", "days on chart", "time on chart", "periods on chart"),
    "streams": ("streams", "stream count", "streams count", "weekly streams", "daily streams"),
}  # fmt: skip

# The columns that say which chart and which date a row belongs to.
CONTEXT = {
    "date": (
        "date", "chart date", "snapshot date", "day", "week", "start date", "end date",
        "week start", "week end", "week ending", "week date",
    ),
    "region": (
        "region", "region name", "region code", "country", "country name", "country code",
        "country short", "market", "market code",
    ),
    "chart": ("chart", "chart id", "chart name", "chart type"),
}  # fmt: skip

RULE = (
    "a chart file has columns for rank, address, title and artist, and for streams unless the chart"
    " is viral"
)

# How many lines are searched for the header, which may stand below notes.
_HEADER_LINES = 50
_DELIMITERS = {";": "a semicolon", "\t": "a tab", "|": "a vertical bar"}


@dataclass(frozen=True, slots=True)
class Header:
    """The names in the header of a chart file, and where the columns are.

    `places` are those of the columns that are read, `context` of those that say which chart or date
    a row belongs to.
    """

    names: tuple[str, ...]
    places: dict[str, list[int]]
    context: dict[str, list[int]]


def read_header(lines: Iterator[list[str]], text: str, chart_id: str | None) -> Header:
    """The header of a chart file, of which `lines` then yields the rows.

    It is the first line that names at least two of the columns. Raises InvalidRawFile where there
    is none, where it lacks a column that the chart needs, or where the chart is not one of songs.
    """
    _refuse_other_charts(chart_id)
    header = _find_header(map(_header, islice(lines, _HEADER_LINES)))
    if not header.places:
        raise InvalidRawFile(RULE, _instead_of_header(text))
    missing = [column for column in _required(chart_id) if column not in header.places]
    if missing:
        raise InvalidRawFile(RULE, *_lacks(header, missing))
    return header


def _refuse_other_charts(chart_id: str | None) -> None:
    kind = (chart_id or "").partition("-")[0]
    if kind in ("artist", "album"):
        raise InvalidRawFile(
            "a chart file is a chart of songs",
            f"{chart_id} is an {kind} chart, and this version of chartlake does not read the rows"
            " of artist charts and album charts",
        )


def _find_header(lines: Iterator[Header]) -> Header:
    """The first line that names two columns, or else the first that names one, or an empty one."""
    second_best = Header((), {}, {})
    for line in lines:
        if len(line.places) > 1:
            return line
        if line.places and not second_best.places:
            second_best = line
    return second_best


def _required(chart_id: str | None) -> tuple[str, ...]:
    # A file that names no chart is rejected for that.
    has_no_streams = chart_id is None or chart_id.startswith("viral-")
    needed = ("rank", "address", "title", "artist")
    return needed if has_no_streams else (*needed, "streams")


def _header(cells: list[str]) -> Header:
    names = tuple(cell.replace("\ufeff", "").strip() for cell in cells)
    return Header(names, _places(names, _COLUMN_OF), _places(names, _CONTEXT_OF))


def _places(names: Iterable[str], column_of: dict[str, str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if column := column_of.get(_key(name)):
            places.setdefault(column, []).append(place)
    return places


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


_COLUMN_OF = {_key(name): column for column, names in COLUMNS.items() for name in names}
_CONTEXT_OF = {_key(name): column for column, names in CONTEXT.items() for name in names}
_KNOWN = _COLUMN_OF.keys() | _CONTEXT_OF.keys()


def _lacks(header: Header, missing: list[str]) -> list[str]:
    unknown = [quoted(name) for name in header.names if name and _key(name) not in _KNOWN]
    accepted = (f"{column} may be called {', '.join(COLUMNS[column])}" for column in missing)
    return [
        f"it has no column for {', '.join(missing)}",
        f"unknown columns: {shortened(unknown, 10) or 'none'}",
        "; ".join(accepted),
    ]


def _instead_of_header(text: str) -> str:
    lines = [line.strip() for line in islice(io.StringIO(text), _HEADER_LINES)]
    for delimiter, name in _DELIMITERS.items():
        headers = (_header(line.replace('"', "").split(delimiter)) for line in lines)
        if len(_find_header(headers).places) > 1:
            return f"its delimiter seems to be {name}; save it with commas"
    first = next(filter(None, lines), "")
    return f"no line at its beginning names such columns; the first one is {quoted(first)}"


def quoted(text: str) -> str:
    """The text in quotes, cut to what fits into a sentence."""
    return f'"{text if len(text) <= 60 else text[:60] + "…"}"'
