"""Homes of artists: the countries that MusicBrainz gives, taken from the references of the lake.

References never change, so their keys tell what the mirror lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb

from etl.database import insert_rows
from etl.lake import CONCURRENT_REQUESTS, Lake, StoredObject
from etl.lake.layout import REFERENCE
from etl.mirror.reader import open_mirror
from etl.sources.references import read_reference

HOMES = REFERENCE + "musicbrainz_artist_"


def home_references(lake: Lake, listed: Iterable[StoredObject] | None = None) -> frozenset[str]:
    """The keys of the references that may have homes of artists, from what is `listed` if given."""
    found = lake.list(HOMES) if listed is None else listed
    return frozenset(stored.key for stored in found if stored.key.startswith(HOMES))


def mirrored_references(path: Path) -> frozenset[str]:
    """The keys of the references whose homes the mirror has."""
    with open_mirror(path) as connection:
        return _known(connection)


def update_homes(
    lake: Lake, connection: duckdb.DuckDBPyConnection, references: Collection[str]
) -> None:
    """Bring the homes of artists up to those references. Raises DamagedObject."""
    known = _known(connection)
    for key in known.difference(references):
        connection.execute("delete from home_answers where reference_key = ?", [key])
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        read = partial(_answers, lake)
        found = list(pool.map(read, sorted(set(references) - known)))
    if answers := [row for rows in found for row in rows]:
        insert_rows(connection, "home_answers", answers)


def _known(connection: duckdb.DuckDBPyConnection) -> frozenset[str]:
    found = connection.execute("select distinct reference_key from home_answers").fetchall()
    return frozenset(key for (key,) in found)


def _answers(lake: Lake, key: str) -> Iterator[dict[str, str | None]]:
    # It brings the client with it, which a mirror without homes does not need.
    from etl.sources.musicbrainz import home_market

    reference = read_reference(lake, key)
    return (
        {
            "artist_id": answer.id,
            "reference_key": key,
            "home_market": home_market(answer.response) if answer.response else None,
        }
        for answer in reference.answers
    )
