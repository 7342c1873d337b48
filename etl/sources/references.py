"""References: what other sources say about tracks and artists, kept in the lake word for word."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import duckdb

from etl.database import create_table, create_tables, insert_rows, set_variables, structures
from etl.errors import DamagedObject
from etl.lake import CONCURRENT_REQUESTS, Lake, StoredObject
from etl.lake.layout import REFERENCE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source says about an id, word for word; None where it knows nothing."""

    id: str
    response: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The answers of one source (`spotify`, `musicbrainz`) about tracks or artists, in one run."""

    source: str
    kind: str
    fetched_at: datetime
    answers: tuple[Answer, ...]


def write_reference(lake: Lake, reference: Reference) -> str:
    """Keep a reference in the lake, and return its key."""
    moment = reference.fetched_at.astimezone(UTC)
    document = {
        "source": reference.source,
        "kind": reference.kind,
        "fetched_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "answers": [asdict(answer) for answer in reference.answers],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    # The digest keeps apart what two runs learn within one second.
    digest = hashlib.sha256(body).hexdigest()[:8]
    name = f"{reference.source}_{reference.kind}_{moment:%Y%m%dT%H%M%SZ}_{digest}.json"
    lake.write(REFERENCE + name, body)
    return REFERENCE + name


def read_references(lake: Lake, listed: Iterable[StoredObject] | None = None) -> list[Reference]:
    """All references that the lake keeps. Raises DamagedObject.

    They are among the `listed` objects, if these are given.
    """
    found = lake.list(REFERENCE) if listed is None else listed
    keys = [stored.key for stored in found if stored.key.startswith(REFERENCE)]
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        return list(pool.map(partial(read_reference, lake), keys))


def read_reference(lake: Lake, key: str) -> Reference:
    """The reference with that key. Raises DamagedObject."""
    return _parsed(lake.read(key).body, key)


def load_references(connection: duckdb.DuckDBPyConnection, references: Iterable[Reference]) -> None:
    """Create the temporary tables `known_tracks` and `known_artists` from references."""
    answers = [row for reference in references for row in _rows(reference)]
    set_variables(connection, **structures())
    create_table(connection, "references", "answers", temporary=True)
    if answers:
        insert_rows(connection, "answers", answers)
    create_tables(connection, "references", existing=["answers"], temporary=True)


def _parsed(body: bytes, key: str) -> Reference:
    try:
        document = json.loads(body)
        return Reference(
            source=document["source"],
            kind=document["kind"],
            fetched_at=datetime.fromisoformat(document["fetched_at"]),
            answers=tuple(Answer(one["id"], one["response"]) for one in document["answers"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedObject(
            f"{key} cannot be read as a reference. Nothing was changed. Delete it, and run"
            " `chartlake enrich` to fetch it again."
        ) from error


def _rows(reference: Reference) -> list[dict[str, str | None]]:
    fetched_at = reference.fetched_at.astimezone(UTC).isoformat()
    return [
        {
            "source": reference.source,
            "kind": reference.kind,
            "id": answer.id,
            "fetched_at": fetched_at,
            "response": None if answer.response is None else json.dumps(answer.response),
        }
        for answer in reference.answers
    ]
