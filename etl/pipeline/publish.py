"""Publish: add snapshots to the files of their partitions, and list them in the manifests."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from etl.database import count
from etl.errors import WriteConflict
from etl.lake import Lake
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Snapshot, by_time
from etl.lake.partition_files import (
    StoredPartition,
    commit,
    read_settled_partition,
    with_unlisted_files,
)
from etl.pipeline.batch import Batch, Workspace
from etl.pipeline.merge import merge

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Publication:
    """What was not published before: the snapshots with their partitions, and rows by table.

    `unsettled` are the partitions that were left alone, because their files are not those that
    their manifests describe; they have to be rebuilt first.
    """

    snapshots: tuple[tuple[Partition, Snapshot], ...] = ()
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))
    unsettled: tuple[Partition, ...] = ()

    def __add__(self, other: Publication) -> Publication:
        return Publication(
            self.snapshots + other.snapshots,
            {table: rows + other.rows[table] for table, rows in self.rows.items()},
            self.unsettled + other.unsettled,
        )


def publish(lake: Lake, batch: Batch, workspace: Workspace) -> Publication:
    """Publish the snapshots of the batch that are not published yet, or have other content.

    The other snapshots of their partitions stay. Raises WriteConflict where other publishers
    were faster twenty times over.
    """
    publications = (
        publish_partition(lake, partition, snapshots, workspace)
        for partition, snapshots in batch.snapshots.items()
    )
    return sum(publications, start=Publication())


def publish_partition(
    lake: Lake, partition: Partition, snapshots: Iterable[Snapshot], workspace: Workspace
) -> Publication:
    """Publish the snapshots of one partition."""
    stored = read_settled_partition(lake, partition)
    for attempt in range(1, ATTEMPTS + 1):
        if not stored.is_settled:
            return Publication(unsettled=(partition,))
        listed = by_time(stored.snapshots)
        new = [one for one in snapshots if _is_new(one, listed.get(one.snapshot_at))]
        if not new:
            return Publication()
        kept = [one for at, one in listed.items() if at not in by_time(new)]
        tables = merge(stored, new, kept, workspace)
        try:
            commit(lake, stored, tables, (*kept, *new), workspace.file_format)
        except WriteConflict:
            if attempt == ATTEMPTS:
                raise
            stored = _read_again(lake, partition, workspace)
            continue
        added = [one for one in new if listed.get(one.snapshot_at) != one]
        return _publication(partition, added, workspace)
    raise AssertionError("the last attempt returns or raises")


def _is_new(snapshot: Snapshot, listed: Snapshot | None) -> bool:
    # Of raw files with the same bytes the manifest names the first by name, so that it does
    # not depend on which landed first.
    return listed is None or listed.sha256 != snapshot.sha256 or snapshot.raw_name < listed.raw_name


def _read_again(lake: Lake, partition: Partition, workspace: Workspace) -> StoredPartition:
    stored = read_settled_partition(lake, partition)
    if stored.manifest is None:
        # Another publisher writes the first files of the partition, or died while it did.
        stored = with_unlisted_files(lake, stored, workspace.file_format)
    return stored


def _publication(partition: Partition, added: list[Snapshot], workspace: Workspace) -> Publication:
    moments = [snapshot.snapshot_at.replace(tzinfo=None) for snapshot in added]
    rows = {table: _count(table, partition, moments, workspace) for table in TABLES}
    return Publication(tuple((partition, snapshot) for snapshot in added), rows)


def _count(table: str, partition: Partition, moments: list[datetime], workspace: Workspace) -> int:
    return count(
        workspace.connection,
        f"select count(*) from {table} where chart_id = ? and snapshot_at in ?",
        partition.chart_id,
        moments,
    )
