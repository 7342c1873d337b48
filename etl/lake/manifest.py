"""Manifests: which snapshots of a partition are published, and which files hold them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from etl.errors import DamagedObject, NewerFormat
from etl.lake.layout import FORMATS, Partition, is_raw_name, manifest_key, table_keys

# Version 1 does not state its version; version 2 has no names of charts.
FORMAT_VERSION = 3


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot: its time (UTC), its raw file, and how many entries it has.

    `chart_name` is what the raw file calls the chart, as responses about playlists do.
    """

    snapshot_at: datetime
    raw_name: str
    sha256: str
    entries: int
    expected_entries: int
    is_complete: bool
    chart_name: str | None = None


@dataclass(frozen=True, slots=True)
class TableFile:
    """One of the three files of a partition; `size` is in bytes."""

    key: str
    size: int
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of a partition by table, and its snapshots in the order of their times."""

    partition: Partition
    files: Mapping[str, TableFile]
    snapshots: tuple[Snapshot, ...]

    def to_bytes(self) -> bytes:
        """The manifest as JSON: the same bytes for the same manifest, at any time, anywhere."""
        document = {
            "format_version": FORMAT_VERSION,
            "chart_id": self.partition.chart_id,
            "month": self.partition.month,
            "files": {table: asdict(file) for table, file in self.files.items()},
            "snapshots": [_to_json(snapshot) for snapshot in self.snapshots],
        }
        # As `json.dumps(document, indent=1)`, which is Python; both steps of this are C.
        return msgspec.json.format(json.dumps(document).encode(), indent=1) + b"\n"


def parse_manifest(body: bytes, key: str) -> Manifest:
    """The manifest that an object of the lake holds.

    Raises DamagedObject, which names the key, and NewerFormat where a newer version of chartlake
    wrote it.
    """
    try:
        document = json.loads(body)
        _refuse_newer(document.get("format_version", 1), key)
        manifest = Manifest(
            Partition(document["chart_id"], document["month"]),
            {table: TableFile(**file) for table, file in document["files"].items()},
            tuple(_from_json(entry) for entry in document["snapshots"]),
        )
        _refuse_other_keys(manifest, key)
        return manifest
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedObject(
            f"The manifest {key} cannot be read ({type(error).__name__}: {error}). Its partition"
            " was not changed. Delete it and run `chartlake rebuild`, which writes it again from"
            " the raw files."
        ) from error


def _refuse_newer(version: int, key: str) -> None:
    if version > FORMAT_VERSION:
        raise NewerFormat(
            f"The manifest {key} has format {version}, from a newer version of chartlake; this"
            f" version reads up to {FORMAT_VERSION}. Its partition was not changed. Update"
            " chartlake."
        )


def _refuse_other_keys(manifest: Manifest, key: str) -> None:
    """What a manifest names is read, written and deleted; it names nothing but its own."""
    if key != manifest_key(manifest.partition):
        raise ValueError(f"it describes another partition, {manifest_key(manifest.partition)}")
    named = {table: file.key for table, file in manifest.files.items()}
    own = [table_keys(manifest.partition, suffix) for suffix in FORMATS]
    if named not in own:
        raise ValueError(f"its files are {', '.join(map(repr, named.values()))}")
    for snapshot in manifest.snapshots:
        if not is_raw_name(snapshot.raw_name):
            raise ValueError(f"it lists the raw file {snapshot.raw_name!r}")


def by_time(snapshots: Iterable[Snapshot]) -> dict[datetime, Snapshot]:
    """Snapshots by their time."""
    return {snapshot.snapshot_at: snapshot for snapshot in snapshots}


def _to_json(snapshot: Snapshot) -> dict[str, Any]:
    moment = snapshot.snapshot_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    document: dict[str, Any] = {
        "snapshot_at": moment,
        "raw_name": snapshot.raw_name,
        "sha256": snapshot.sha256,
        "entries": snapshot.entries,
        "expected_entries": snapshot.expected_entries,
        "is_complete": snapshot.is_complete,
    }
    if snapshot.chart_name is not None:
        document["chart_name"] = snapshot.chart_name
    return document


def _from_json(document: dict[str, Any]) -> Snapshot:
    moment = datetime.fromisoformat(document["snapshot_at"]).astimezone(UTC)
    return Snapshot(**document | {"snapshot_at": moment})
