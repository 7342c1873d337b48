"""The manifest of a partition: what is published, and the only thing readers believe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from etl.errors import LakeRefused
from etl.snapshot import Partition, Snapshot


@dataclass(frozen=True, slots=True)
class TableFile:
    """One of the three files of a partition; `size` is in bytes."""

    key: str
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a partition by table, and its snapshots in the order of time."""

    partition: Partition
    files: dict[str, TableFile]
    snapshots: tuple[Snapshot, ...]

    def to_bytes(self) -> bytes:
        """The manifest as JSON; the same manifest has the same bytes, anywhere and at any time."""
        document = {
            "chart_id": self.partition.chart_id,
            "month": self.partition.month,
            "files": {table: asdict(file) for table, file in self.files.items()},
            "snapshots": [_snapshot_document(snapshot) for snapshot in self.snapshots],
        }
        return json.dumps(document, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, body: bytes, key: str) -> Manifest:
        """Read a manifest; raises LakeRefused where `body` is none."""
        try:
            document = json.loads(body)
            return cls(
                Partition(document["chart_id"], document["month"]),
                {table: TableFile(**file) for table, file in document["files"].items()},
                tuple(_snapshot(entry) for entry in document["snapshots"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise LakeRefused(
                f"The manifest {key} cannot be read ({type(error).__name__}: {error}). Nothing was"
                " changed. Delete it and run `chartlake rebuild`: the raw files hold all it said."
            ) from error


def by_time(snapshots: Iterable[Snapshot]) -> dict[datetime, Snapshot]:
    """Snapshots by their time, in its order."""
    return {one.snapshot_at: one for one in sorted(snapshots, key=lambda one: one.snapshot_at)}


def _snapshot_document(snapshot: Snapshot) -> dict[str, Any]:
    moment = snapshot.snapshot_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return asdict(snapshot) | {"snapshot_at": moment}


def _snapshot(document: dict[str, Any]) -> Snapshot:
    moment = datetime.fromisoformat(document["snapshot_at"]).astimezone(UTC)
    return Snapshot(**document | {"snapshot_at": moment})
