"""Manifests: what is published in each partition, and the only thing that readers believe."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from etl.errors import DamagedObject, ObjectMissing
from etl.lake import Lake, concurrently
from etl.lake.layout import MANIFESTS, Partition


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot: its time (UTC), its raw file, and how many entries it has."""

    snapshot_at: datetime
    raw_name: str
    sha256: str
    entries: int
    expected_entries: int
    is_complete: bool


@dataclass(frozen=True, slots=True)
class TableFile:
    """One of the three files of a partition; `size` is in bytes."""

    key: str
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a partition by table, and its snapshots by time."""

    partition: Partition
    files: dict[str, TableFile]
    snapshots: tuple[Snapshot, ...]

    def to_bytes(self) -> bytes:
        """The manifest as JSON: the same bytes for the same manifest, at any time, anywhere."""
        document = {
            "chart_id": self.partition.chart_id,
            "month": self.partition.month,
            "files": {table: asdict(file) for table, file in self.files.items()},
            "snapshots": [_snapshot_to_json(snapshot) for snapshot in self.snapshots],
        }
        return json.dumps(document, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, body: bytes, key: str) -> Manifest:
        """Read the manifest with that key. Raises DamagedObject."""
        try:
            document = json.loads(body)
            return cls(
                Partition(document["chart_id"], document["month"]),
                {table: TableFile(**file) for table, file in document["files"].items()},
                tuple(_snapshot_from_json(entry) for entry in document["snapshots"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DamagedObject(
                f"The manifest {key} cannot be read ({type(error).__name__}: {error}). Nothing was"
                " changed. Delete it and run `chartlake rebuild`, which writes it again from the"
                " raw files."
            ) from error


def read_manifest(lake: Lake, partition: Partition) -> tuple[Manifest, str] | None:
    """The partition's manifest and its version; None where it has none. Raises DamagedObject."""
    try:
        blob = lake.read(partition.manifest_key)
    except ObjectMissing:
        return None
    return Manifest.from_bytes(blob.body, partition.manifest_key), blob.version


def read_manifests(lake: Lake, chart_id: str | None = None) -> list[Manifest]:
    """The manifests of the lake, or those of one chart. Raises DamagedObject."""
    prefix = MANIFESTS if chart_id is None else f"{MANIFESTS}{chart_id}/"
    found = (Partition.of_manifest(stored.key) for stored in lake.list(prefix))
    read = concurrently(lambda partition: read_manifest(lake, partition), filter(None, found))
    return [manifest for manifest, _ in filter(None, read)]


def by_time(snapshots: Iterable[Snapshot]) -> dict[datetime, Snapshot]:
    """Snapshots by their time, in order."""
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.snapshot_at)
    return {snapshot.snapshot_at: snapshot for snapshot in ordered}


def _snapshot_to_json(snapshot: Snapshot) -> dict[str, Any]:
    moment = snapshot.snapshot_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return asdict(snapshot) | {"snapshot_at": moment}


def _snapshot_from_json(document: dict[str, Any]) -> Snapshot:
    moment = datetime.fromisoformat(document["snapshot_at"]).astimezone(UTC)
    return Snapshot(**document | {"snapshot_at": moment})
