"""References: what other sources tell of tracks and artists, raw as they told it, in the lake."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl.database import connect, models, set_variables, structures
from etl.errors import LakeRefused
from etl.lake import Lake
from etl.snapshot import REFERENCE


@dataclass(frozen=True, slots=True)
class Answer:
    """What a source said of an id, word for word; None where it knows nothing of that id."""

    id: str
    response: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The answers of one source about one kind of thing, track or artist, in one run."""

    source: str
    kind: str
    fetched_at: datetime
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class References:
    """All that is known, as Parquet files for the time of a transformation."""

    known_tracks: Path
    known_artists: Path


def write_reference(lake: Lake, reference: Reference) -> str:
    """Keep the answers in the lake, and return their key."""
    moment = reference.fetched_at.astimezone(UTC)
    document = {
        "source": reference.source,
        "kind": reference.kind,
        "fetched_at": f"{moment:%Y-%m-%dT%H:%M:%SZ}",
        "answers": [asdict(answer) for answer in reference.answers],
    }
    body = json.dumps(document, ensure_ascii=False).encode()
    # Two runs within one second keep what each of them learned.
    digest = hashlib.sha256(body).hexdigest()[:8]
    name = f"{reference.source}_{reference.kind}_{moment:%Y%m%dT%H%M%SZ}_{digest}.json"
    lake.write(REFERENCE + name, body)
    return REFERENCE + name


def read_references(lake: Lake) -> Iterator[Reference]:
    """All that the lake keeps, one file after the other. Raises LakeRefused for a damaged one."""
    for one in lake.list(REFERENCE):
        try:
            yield _parsed(json.loads(lake.read(one.key).body))
        except (ValueError, KeyError, TypeError) as error:
            raise LakeRefused(
                f"{one.key} in {lake.location} cannot be read as a reference. Nothing was changed;"
                " delete it, and run `chartlake enrich` to ask again."
            ) from error


def stage_references(references: Iterable[Reference], folder: Path) -> References:
    """Lay what the references tell of tracks and artists into `folder`, as Parquet."""
    staged = References(folder / "known_tracks.parquet", folder / "known_artists.parquet")
    layer = models("references")
    with connect(scratch=folder) as connection:
        set_variables(connection, **structures())
        connection.execute(f"create table answers as {layer['answers']}")
        for reference in references:
            if reference.answers:
                connection.executemany(
                    "insert into answers values (?, ?, ?, ?, ?)", _rows(reference)
                )
        for path in (staged.known_tracks, staged.known_artists):
            connection.execute(f"copy ({layer[path.stem]}) to '{path}'")
    return staged


def _parsed(document: dict[str, Any]) -> Reference:
    return Reference(
        source=document["source"],
        kind=document["kind"],
        fetched_at=datetime.fromisoformat(document["fetched_at"]),
        answers=tuple(Answer(one["id"], one["response"]) for one in document["answers"]),
    )


def _rows(reference: Reference) -> list[tuple[str, str, str, str, str | None]]:
    fetched_at = reference.fetched_at.astimezone(UTC).isoformat()
    return [
        (
            reference.source,
            reference.kind,
            answer.id,
            fetched_at,
            None if answer.response is None else json.dumps(answer.response),
        )
        for answer in reference.answers
    ]
