"""Each value of a response is replaced in turn: the file is published rightly, or rejected."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support import made_up
from tests.support.transforming import CAPTURED_AT, broken_rules, query_tables, transform_files

# What JSON can hold and Python's encoder cannot write.
VERBATIM = {"too large": "1e400", "half a character": r'"\ud800"'}
NUMBERS = [5, -5, 1.5, 2**31, 2**63 - 1, 2**63, 10**30]
ODD_VALUES = [None, *NUMBERS, "x", "5", "a\0b", "", [], [1], {}, {"x": 1}, True, False, *VERBATIM]

PAGES = [
    made_up.page(made_up.songs(1), total=2),
    made_up.page([made_up.entry(made_up.track(2), "item")], offset=1, total=2),
]
ARTIST = made_up.artist(1, genres=["samba"], followers={"total": 1}, popularity=4)
TEXTS = "song_id, song_name, song_url, album_id, artist_id, artist_credit"
HELD_TEXTS = [
    *("song0001", "Song 1", "https://open.spotify.com/track/song0001"),
    *("song0002", "Song 2", "https://open.spotify.com/track/song0002"),
    *("album0001", "album0002", "artist0001", "artist0002", "Artist 1", "Artist 2"),
]
HELD_NUMBERS = [180_001, 180_002, 50]


def altered_responses() -> Iterator[bytes]:
    """Responses in which one value is replaced, for each value and each replacement."""
    snapshot = json.loads(made_up.envelope(*PAGES, at=CAPTURED_AT, artists=[ARTIST]))
    for path in paths(snapshot):
        for odd in ODD_VALUES:
            altered = copy.deepcopy(snapshot)
            holder = altered
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = odd
            yield as_json(altered)


def paths(node: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for step, value in node.items() if isinstance(node, dict) else enumerate(node):
        yield (*above, step)
        if isinstance(value, dict | list):
            yield from paths(value, (*above, step))


def as_json(document: Any) -> bytes:
    text = json.dumps(document)
    for name, verbatim in VERBATIM.items():
        text = text.replace(json.dumps(name), verbatim)
    return text.encode()


@pytest.mark.slow
def test_nothing_is_published_that_no_response_holds(tmp_path):
    # Charts of their own, so that no file takes the place of another.
    files = {
        f"{number}.json": body.replace(made_up.PLAYLIST.encode(), f"chart{number}".encode())
        for number, body in enumerate(altered_responses())
    }
    transform_files(tmp_path, files)
    texts = {*HELD_TEXTS, *(odd for odd in ODD_VALUES if isinstance(odd, str)), None}
    rows = query_tables(tmp_path, f"select {TEXTS} from songs")
    assert {text for row in rows for text in row} <= texts - set(VERBATIM)
    numbers = {*HELD_NUMBERS, 5, 2**31, 2**63 - 1, None}
    rows = query_tables(tmp_path, "select duration_ms, popularity from songs")
    assert {number for row in rows for number in row} <= numbers
    assert query_tables(tmp_path, "select distinct position from songs order by all") == [
        *((1,), (2,), (6,))
    ]


@pytest.mark.parametrize(
    ("page", "offender"),
    [
        ({"items": [5]}, "pages: Expected `object | null`, got `int` - at `$[0].items[0]`"),
        ({"items": [], "total": 2**31}, "pages: Expected `int` <= 2147483647 - at `$[0].total`"),
        (
            {"items": [{"track": {"popularity": 1.5}}]},
            "pages: Expected `int | null`, got `float` - at `$[0].items[0].track.popularity`",
        ),
    ],
)
def test_the_reason_names_the_place_of_an_odd_value(tmp_path, page, offender):
    batch = transform_files(tmp_path, {"a.json": made_up.envelope(page, at=CAPTURED_AT)})
    assert batch.rejected[0].offenders == (offender,)


@pytest.mark.parametrize("offset", [-1, -(2**63), 2**31 - 1, 2**31, 2**63 - 1])
def test_a_position_that_is_none_breaks_a_rule(tmp_path, offset):
    page = made_up.page(made_up.songs(1), offset=offset)
    batch = transform_files(tmp_path, {"a.json": made_up.envelope(page, at=CAPTURED_AT)})
    assert broken_rules(batch) == {"a.json": "a position is a whole number from 1 on"}


@pytest.mark.slow
def test_a_playlist_may_have_a_hundred_thousand_entries(tmp_path):
    entry = {"track": {"id": "song", "name": "Song"}}
    page = {"items": [entry] * 10**5}
    batch = transform_files(tmp_path, {"a.json": made_up.envelope(page, at=CAPTURED_AT)})
    assert not batch.rejected
    assert query_tables(tmp_path, "select count(*), max(position) from songs") == [(10**5, 10**5)]
