"""Published: the snapshots that a lake's manifests list, asking the mirror before the lake.

The mirror knows the version of each manifest that it has copied. One that still has that version
lists what the mirror says, and is not read again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from etl.database import rows
from etl.errors import MirrorError
from etl.lake import Lake
from etl.lake.layout import Partition
from etl.lake.manifest import Snapshot
from etl.lake.partitions import Unusable, manifest_versions, read_usable_manifests
from etl.mirror.reader import open_mirror, read_mirrored

# A snapshot and the partition that it is in.
PublishedSnapshot = tuple[Partition, Snapshot]


@dataclass(frozen=True, slots=True)
class Published:
    """The snapshots that manifests list, and the partitions whose manifest cannot be used."""

    snapshots: list[PublishedSnapshot]
    unusable: tuple[Unusable, ...]


def published_snapshots(lake: Lake, mirror: Path, chart_id: str | None = None) -> Published:
    """The snapshots that the lake's manifests list, or those of one chart."""
    versions = manifest_versions(lake, chart_id)
    unchanged, known = _mirrored(mirror, versions.items())
    changed = [partition for partition in versions if partition not in unchanged]
    read, unusable = read_usable_manifests(lake, changed)
    listed = [(one.partition, snapshot) for one in read for snapshot in one.snapshots]
    return Published(known + listed, unusable)


def _mirrored(
    mirror: Path, versions: Collection[tuple[Partition, str]]
) -> tuple[set[Partition], list[PublishedSnapshot]]:
    """The partitions that the mirror has in these versions, and their snapshots."""
    try:
        mirrored = read_mirrored(mirror)
        if mirrored is None:
            return set(), []
        unchanged = {partition for partition, _ in mirrored.versions.items() & versions}
        charts = sorted({partition.chart_id for partition in unchanged})
        with open_mirror(mirror) as connection:
            found = rows(
                connection, "from published_snapshots where list_contains(?, chart_id)", [charts]
            )
    except MirrorError:
        return set(), []  # the lake knows everything that the mirror knows
    listed = [_snapshot(row) for row in found]
    return unchanged, [(partition, one) for partition, one in listed if partition in unchanged]


def _snapshot(row: dict[str, Any]) -> PublishedSnapshot:
    partition = Partition(row.pop("chart_id"), f"{row['snapshot_at']:%Y-%m}")
    return partition, Snapshot(**row | {"snapshot_at": row["snapshot_at"].replace(tzinfo=UTC)})
