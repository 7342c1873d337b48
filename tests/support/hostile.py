"""Raw files that nobody should land, for Hypothesis: their contents, and their names."""

from __future__ import annotations

import copy
import csv
import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from tests.support import made_up

MAX_NAME_BYTES = 255  # what file systems take

_ODD_TEXTS = [
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "\ud800",
        "\udfff x",
        "\ufeff",
        "NaN",
        "null",
        "-0",
        "1e400",
        "١",
        "²",
    ),
    *("../../x", "/etc/passwd", "a\nb", "\r", '"', "'; drop table songs; --", "$songs", "{}", "%s"),
    *("spotify:track:", "https://api.spotify.com/v1/playlists/../tracks", "\u202e", "é", "e\u0301"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "0987-01-01", "x" * 300),
]
_ODD_NUMBERS = [0, -1, 2**31, 2**32, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 10**400, 0.5, -0.0]
_ODD_FLOATS = [1e308, float("inf"), float("-inf"), float("nan")]

texts = st.sampled_from(_ODD_TEXTS) | st.text(st.characters(), max_size=20)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([*_ODD_NUMBERS, *_ODD_FLOATS]),
    texts,
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)


def _playlist_shapes() -> list[Any]:
    page = made_up.page(made_up.songs(1, 2, 2))
    entries = [made_up.entry(made_up.track(3), "item"), made_up.entry(None, "item")]
    newer = made_up.page(entries, offset=len(page["items"]))
    envelope = json.loads(made_up.envelope(page, newer, at="2026-01-02T06:07:08Z"))
    envelope["artists"] = [made_up.artist(1, genres=["samba"], followers={"total": 1})]
    whole = {"id": made_up.PLAYLIST, "name": "Made up", "tracks": page}
    return [envelope, page, newer, whole, {"id": "x", "items": page}, [page], page["items"]]


SHAPES = _playlist_shapes()
_numbers = st.integers(0, 9999)


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A playlist response in which some members are replaced by, or repeated with, other values."""
    document = copy.deepcopy(draw(st.sampled_from(SHAPES)))
    for _ in range(draw(st.integers(1, 3))):
        holder, place = draw(st.sampled_from(list(_places(document))))
        if draw(st.integers(0, 9)) == 0:
            del holder[place]
        else:
            holder[place] = draw(values)
        if not document:
            break
    # Most have a chart of their own, so that few files of a run take the place of another.
    text = json.dumps(document).replace(made_up.PLAYLIST, f"list{draw(_numbers)}")
    if draw(st.integers(0, 9)) == 0:
        repeated = draw(st.sampled_from(["items", "pages", "chart_id", "total", "href", "track"]))
        text = text.replace("{", f'{{"{repeated}": {json.dumps(draw(values))}, ', 1)
    return text.encode()


def _places(node: Any) -> Iterator[tuple[Any, Any]]:
    members = node.items() if isinstance(node, dict) else enumerate(node)
    for place, value in list(members):
        yield node, place
        if isinstance(value, dict | list):
            yield from _places(value)


@st.composite
def chart_files(draw: st.DrawFn) -> bytes:
    """A chart file with other cells, columns, delimiters and lengths of lines."""
    names = made_up.WEEKLY.split(",")
    header = draw(st.permutations(names)) if draw(st.booleans()) else names
    table = [[str(made_up.chart_row(rank, rank)[name]) for name in header] for rank in (1, 2, 3)]
    for _ in range(draw(st.integers(1, 3))):
        row = table[draw(st.integers(0, len(table) - 1))]
        change = draw(st.sampled_from(["cell", "cell", "cell", "shorter", "longer", "again"]))
        if change == "cell" and row:
            row[draw(st.integers(0, len(row) - 1))] = _as_cell(draw(scalars))
        elif change == "shorter":
            del row[draw(st.integers(0, len(row))) :]
        elif change == "longer":
            row.append(_as_cell(draw(scalars)))
        else:
            table.append(list(row))
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=draw(st.sampled_from(",,,,;\t|")),
        lineterminator=draw(st.sampled_from(["\n", "\r\n", "\r"])),
        quoting=draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    )
    writer.writerows([header, *table])
    return text.getvalue().encode("utf-8", "surrogatepass")


def _as_cell(value: object) -> str:
    return value if isinstance(value, str) else str(value)


_DEEP = b"[" * 5000 + b"]" * 5000
_RESPONSE = json.dumps(SHAPES[0]).encode()
_CHART = made_up.chart_file([made_up.chart_row(1, 1), made_up.chart_row(2, 2)])


def _zipped(body: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("chart.csv", body)
    return packed.getvalue()


# Ten megabytes of zeros in ten kilobytes.
_PACKED = [gzip.compress(bytes(10**7)), _zipped(bytes(10**7)), gzip.compress(_RESPONSE)]
_NESTED = [
    *(_DEEP, b'{"items":' + _DEEP + b"}", b"[" * 10**5, b'{"a":' * 10**5),
    _RESPONSE.replace(b'"Song 1"', _DEEP),
    b'{"items":[{"track":' + b'{"album":' * 900 + b"1" + b"}" * 900 + b"}]}",
]
_ENCODINGS = ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7"]
_ODD_BODIES = [*_PACKED, *_NESTED, b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"rank"]


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A response or chart file that was cut off, changed in some bytes, or encoded otherwise."""
    body = draw(st.sampled_from([_RESPONSE, _CHART]))
    change: Callable[[bytes], bytes] = draw(
        st.sampled_from([_cut(draw), _overwritten(draw), _encoded(draw), _with_marks])
    )
    return change(body)


def _cut(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    share = draw(st.floats(0, 1))
    return lambda body: body[: int(len(body) * share)]


def _overwritten(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    share, other = draw(st.floats(0, 1)), draw(st.binary(max_size=4))
    return lambda body: body[: int(len(body) * share)] + other + body[int(len(body) * share) + 2 :]


def _encoded(draw: st.DrawFn) -> Callable[[bytes], bytes]:
    encoding = draw(st.sampled_from(_ENCODINGS))
    return lambda body: body.decode("utf-8-sig").replace("Song", "Sång").encode(encoding)


def _with_marks(body: bytes) -> bytes:
    return b"\xef\xbb\xbf" * 2 + body


_ODD_NAMES = [
    *(
        "...",
        "..json",
        "a..b",
        "-rf",
        "--",
        "CON",
        "nul.json",
        "%00%2e%2e%2f.json",
        "a\\..\\b.json",
    ),
    *(
        "a\nb.json",
        "a\rb.csv",
        "a\x1b[2J\x07.json",
        "\x7f",
        "it's.json",
        'a"b`c.json',
        "*",
        "[a-z]?",
    ),
    *("\u202egnp.json", "ｒegional.csv", "é.json", "e\u0301.json", "💥.json", "\udcff\udcfe.json"),
    *("x.json", "x.json.reason.json", "x.json.reason.json.reason.json", ".reason.json"[1:]),
    *("a.replaced-0123456789ab.json", "a.replaced-0123456789ab", "x" * 250, "é" * 127, "{}$x;.csv"),
]
_PREFIXES = [
    *("", "", "list 2026-01-02 ", "spotify_raw_.._20260101T000000Z", "99999999", "0001-01-01 "),
    *("regional-xx-weekly-2026-01-08 ", "regional-xx-weekly-0001-01-01--0001-01-01 "),
]
_FITTING_RESPONSE, _FITTING_CHART = "list{} 2026-01-02.json", "regional-x{}-weekly-2026-01-08.csv"
_CHART_NAMES = [
    *("regional-xx-weekly-2026-01-08.csv", "regional-xx-weekly-2026-02-31.csv"),
    *("regional-xx-weekly-0001-01-01--0001-01-01.csv", "viral-yy-daily-9999-12-31.csv"),
    *("regional-xx-weekly-2026-01-08 (1).csv", "spotify_raw_my.chart_20260102T000000Z.json"),
    *("spotify_raw_..._20260102T000000Z.json", "spotify_raw_x_00010101T000000Z.csv"),
]


def others() -> st.SearchStrategy[bytes]:
    """What is no text, too deep, or packed."""
    return st.sampled_from(_ODD_BODIES)


@st.composite
def odd_names(draw: st.DrawFn) -> str:
    """A name that a file system takes, bytes that are no text among them."""
    base = draw(st.sampled_from(_ODD_NAMES) | st.text(st.characters(exclude_categories=["Cs"])))
    prefixed = draw(st.sampled_from(_PREFIXES)) + base
    name = draw(st.sampled_from([*_CHART_NAMES, *[prefixed] * 9]))
    name = name.replace("/", "_").replace("\0", "_").lstrip(".") or "x"
    encoded = os.fsencode(name)[:MAX_NAME_BYTES]
    return os.fsdecode(encoded)


@st.composite
def raw_files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A name and a content; half of the names fit the content, and have a place for a number."""
    kind = draw(st.sampled_from([responses, chart_files, damaged, others]))
    fitting = (
        "list{} 2026-01-02.json" if kind is responses else "regional-x{}-weekly-2026-01-08.csv"
    )
    return draw(odd_names() | st.just(fitting)), draw(kind())
