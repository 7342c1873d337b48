"""Intents: what a run is about to do in several steps, so that the next run can finish it.

An intent is written before the first step and deleted after the last. One that is there belongs to
a run that is at work, or died; carrying it out twice does no harm.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

from etl.errors import DamagedObject, ObjectMissing
from etl.lake import Lake, StoredObject
from etl.lake.layout import STATE, Partition, manifest_key

IntentKind = Literal["purge", "rebuild"]
_PREFIX = STATE + "unfinished-"


@dataclass(frozen=True, slots=True)
class Intent:
    """What a run is about to do; `document` says it in JSON."""

    kind: IntentKind
    document: dict[str, Any]

    @property
    def key(self) -> str:
        """The key of the intent, the same for the same document."""
        return f"{_PREFIX}{self.kind}-{hashlib.sha256(self.to_bytes()).hexdigest()[:12]}.json"

    def to_bytes(self) -> bytes:
        """The intent as JSON."""
        return json.dumps({"kind": self.kind} | self.document, indent=1).encode() + b"\n"


def declare(lake: Lake, intent: Intent) -> None:
    """Write the intent to the lake."""
    lake.write(intent.key, intent.to_bytes())


def withdraw(lake: Lake, intent: Intent) -> None:
    """Delete the intent, because it has been carried out."""
    lake.delete(intent.key)


def read_intents(lake: Lake, listed: Iterable[StoredObject] | None = None) -> list[Intent]:
    """The intents of runs that are at work or died, in the order of their kinds.

    `listed` has what the lake holds below `state/`, if that is known. Raises DamagedObject.
    """
    found = lake.list(STATE) if listed is None else listed
    keys = [stored.key for stored in found if stored.key.startswith(_PREFIX)]
    return [intent for key in keys if (intent := _read(lake, key))]


@contextmanager
def understood(key: str) -> Iterator[None]:
    """Raise DamagedObject where what the `with` statement reads of an intent is no intent."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedObject(
            f"{key}, which says what a run has left unfinished, cannot be read"
            f" ({type(error).__name__}: {error}). Nothing was changed. Delete it, run `chartlake"
            " rebuild`, and run `chartlake purge` again if it was a purge."
        ) from error


def stated_partition(chart_id: str, month: str) -> Partition:
    """The partition that an intent states. Raises ValueError where there can be none."""
    partition = Partition(chart_id, month)
    if Partition.of_manifest(manifest_key(partition)) != partition:
        raise ValueError(f"{partition} is not a partition")
    return partition


def _read(lake: Lake, key: str) -> Intent | None:
    try:
        body = lake.read(key).body
    except ObjectMissing:
        return None  # the run that wrote it has ended
    with understood(key):
        document = json.loads(body)
        return Intent(document.pop("kind"), document)
