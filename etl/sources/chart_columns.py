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
from typing import NoReturn

from etl.errors import InvalidRawFile
from etl.sources.chart_kinds import Kind, kind_of, kind_of_address, with_article
from etl.wording import shortened

# The columns that are read, each with the names that it has had.
COLUMNS = {
    "rank": (
        "rank", "position", "track position", "chart position", "current position", "current pos",
        "current rank", "chart rank", "daily rank", "weekly rank", "pos",
    ),
    "address": (
        "uri", "url", "track uri", "track url", "song uri", "song url", "spotify uri",
        "spotify url", "spotify track uri", "spotify id", "track id", "link",
    ),
    "title": (
        "track name", "track", "track title", "title", "song", "song name", "song title", "name",
    ),
    "artist": (
        "artist names", "artist name", "artists", "artist", "artist credit", "artist name(s)",
        "artist(s) name", "artist(s)", "performer", "performers",
    ),
    "label": ("source", "label", "record label"),
    "peak": ("peak rank", "peak position", "peak pos", "peak"),
    "previous": (
        "previous rank", "previous position", "previous pos", "prev rank", "prev position",
        "prev pos", "previous", "previous week", "last week",
    ),
    "periods": (
        "weeks on chart", "days on chart", "time on chart", "periods on chart", "total weeks",
        "total days",
    ),
    "streams": ("streams", "stream count", "streams count", "weekly streams", "daily streams"),
    "release": (),
}  # fmt: skip

# The columns that have other names in charts of artists and albums. An artist chart has no titles:
# its entries are the artists.
OF_KIND: dict[Kind, dict[str, tuple[str, ...]]] = {
    "song": {},
    "artist": {
        "address": (
            "uri", "url", "artist uri", "artist url", "artist id", "spotify uri", "spotify url",
            "spotify artist uri", "spotify artist id", "spotify id", "link",
        ),
        "title": (),
        "artist": (*COLUMNS["artist"], "name", "artist title"),
    },
    "album": {
        "address": (
            "uri", "url", "album uri", "album url", "album id", "spotify uri", "spotify url",
            "spotify album uri", "spotify album id", "spotify id", "link",
        ),
        "title": ("album name", "album", "album names", "album title", "title", "name"),
        "release": ("release date", "album release date", "released"),
    },
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

RULES: dict[Kind, str] = {
    "song": (
        "a chart file has columns for rank, address, title and artist, and for streams unless the"
        " chart is viral"
    ),
    "artist": "the file of an artist chart has columns for rank and artist",
    "album": "the file of an album chart has columns for rank, title and artist",
}

_ADDRESS = re.compile(
    r"(?:spotify:|open\.spotify\.com/(?:intl-[a-z-]+/)?)(track|artist|album)[:/][A-Za-z0-9]"
)

# How many lines are searched for the header, which may stand below notes.
HEADER_LINES = 50


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
    is none, where it lacks a column that the chart needs, or where it is that of another kind.
    """
    kinds: tuple[Kind, ...] = (kind_of(chart_id),) if chart_id else ("song", "album", "artist")
    found = _find_header(map(_header, islice(lines, HEADER_LINES)))
    if not found.places:
        raise InvalidRawFile(RULES[kinds[0]], _instead_of_header(text))
    headers = [(kind, _header(found.names, kind)) for kind in kinds]
    lacking = [_missing(header, kind, chart_id) for kind, header in headers]
    complete = [
        header for (_, header), missing in zip(headers, lacking, strict=True) if not missing
    ]
    if chart_id:
        _refuse_other_kinds(kinds[0], chart_id, found, text, is_complete=bool(complete))
    if not complete:
        nearest = kinds.index(_kind_of_titles(found) or kinds[0]) if chart_id is None else 0
        _refuse(*headers[nearest], lacking[nearest])
    return complete[0]


def _refuse(kind: Kind, header: Header, missing: list[str]) -> NoReturn:
    if kind != "song" and missing == ["address"]:
        raise InvalidRawFile(
            "a file that names no chart has the addresses of its entries",
            f"it seems to be {with_article(kind)} chart; state which with chartlake land --chart",
        )
    raise InvalidRawFile(RULES[kind], *_lacks(header, kind, missing))


def _refuse_other_kinds(
    kind: Kind, chart_id: str, header: Header, text: str, *, is_complete: bool
) -> None:
    """Refuse a file whose columns, or addresses where columns are missing, are of another kind.

    The addresses of a file that has all columns are judged row by row, in SQL. A file that has all
    columns of a song chart may name the albums, too.
    """
    if is_complete and kind == "song":
        return
    address = None if is_complete else _ADDRESS.search(text)
    found = kind_of_address(address[1]) if address else _kind_of_titles(header)
    if found and found != kind:
        what = "addresses" if address else "columns"
        raise InvalidRawFile(
            "the rows of a chart file are of the kind that its name says",
            f"{chart_id} has {what} of {found}s; it seems to be {with_article(found)} chart",
        )


def _kind_of_titles(header: Header) -> Kind | None:
    """The kind of the entries, if the names of the columns with titles, or their absence, tell."""
    keys = set(map(column_key, header.names))
    if keys & _SONG_TITLES:
        return "song"
    if keys & _ALBUM_TITLES:
        return "album"
    has_artists_alone = "artist" in header.places and not {"title", "address"} & set(header.places)
    return "artist" if has_artists_alone else None


def names_columns(cells: Iterable[str]) -> bool:
    """Whether a line with these cells is the header of a chart: at least two are known columns."""
    return len(_header(cells).places) > 1


def is_column(name: str) -> bool:
    """Whether that is the name of a column that is read in any kind of chart."""
    key = column_key(column_name(name))
    return key in _CONTEXT_OF or any(key in column_of for column_of in _COLUMN_OF.values())


def _find_header(lines: Iterator[Header]) -> Header:
    """The first line that names two columns, or else the first that names one, or an empty one."""
    second_best = Header((), {}, {})
    for line in lines:
        if len(line.places) > 1:
            return line
        if line.places and not second_best.places:
            second_best = line
    return second_best


def _missing(header: Header, kind: Kind, chart_id: str | None) -> list[str]:
    return [column for column in _required(kind, chart_id) if column not in header.places]


def _required(kind: Kind, chart_id: str | None) -> tuple[str, ...]:
    # A file that names no chart is rejected for that. Only addresses show that it is a chart file.
    if kind != "song":
        needed = ("rank", "artist") if kind == "artist" else ("rank", "title", "artist")
        return needed if chart_id else (*needed, "address")
    for_songs = ("rank", "address", "title", "artist")
    has_no_streams = chart_id is None or chart_id.startswith("viral-")
    return for_songs if has_no_streams else (*for_songs, "streams")


def _header(cells: Iterable[str], kind: Kind = "song") -> Header:
    names = tuple(map(column_name, cells))
    return Header(names, _places(names, _COLUMN_OF[kind]), _places(names, _CONTEXT_OF))


def _places(names: Iterable[str], column_of: dict[str, str]) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(names):
        if column := column_of.get(column_key(name)):
            places.setdefault(column, []).append(place)
    return places


def column_name(cell: str) -> str:
    """The name in a cell of a header, which may begin with a byte order mark."""
    return cell.replace("\ufeff", "").strip()


def column_key(name: str) -> str:
    """What a name is compared by: its letters and digits, in lower case."""
    return re.sub(r"[\s_-]+", "", name).lower()


_COLUMN_OF = {
    kind: {
        column_key(name): column for column, names in (COLUMNS | other).items() for name in names
    }
    for kind, other in OF_KIND.items()
}
_CONTEXT_OF = {column_key(name): column for column, names in CONTEXT.items() for name in names}
_SONG_TITLES = frozenset(map(column_key, COLUMNS["title"])) - {"title", "name"}
_ALBUM_TITLES = frozenset(map(column_key, OF_KIND["album"]["title"])) - {"title", "name"}


def _lacks(header: Header, kind: Kind, missing: list[str]) -> list[str]:
    known = _COLUMN_OF[kind].keys() | _CONTEXT_OF.keys()
    names = COLUMNS | OF_KIND[kind]
    unknown = [quoted(name) for name in header.names if name and column_key(name) not in known]
    accepted = (f"{column} may be called {', '.join(names[column])}" for column in missing)
    return [
        f"it has no column for {', '.join(missing)}",
        f"unknown columns: {shortened(unknown, 10) or 'none'}",
        "; ".join(accepted),
    ]


def _instead_of_header(text: str) -> str:
    lines = (line.strip() for line in islice(io.StringIO(text), HEADER_LINES))
    first = next(filter(None, lines), "")
    return f"no line at its beginning names such columns; the first one is {quoted(first)}"


def quoted(text: str) -> str:
    """The text in quotes, cut to what fits into a sentence."""
    return f'"{text if len(text) <= 60 else text[:60] + "…"}"'
