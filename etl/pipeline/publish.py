"""Publish: add snapshots to the files of their partitions, and list them in the manifests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from etl.errors import WriteConflict
from etl.lake import Lake
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Manifest, Snapshot
from etl.lake.partitions import (
    RenderedTable,
    StoredPartition,
    Unusable,
    attempted,
    commit,
    delete_other_formats,
    parted,
    read_files,
    read_manifest,
    read_settled_partition,
    settled,
    with_unlisted_files,
)
from etl.pipeline.batch import Batch, Workspace
from etl.pipeline.identify import holds_month
from etl.pipeline.merge import Merge, merge

ATTEMPTS = 20
# How many partitions are read together and written in parallel, if they do not have more rows.
PARTITIONS_AT_ONCE = 32
ROWS_AT_ONCE = 100_000

# A manifest and its version, or None where a partition has none.
Found = tuple[Manifest, str] | None


@dataclass(frozen=True, slots=True)
class Publication:
    """What was not published before: snapshots with their partitions, and rows gained by table.

    `unsettled` are the partitions that were left alone, because their files are not those that
    their manifests describe; they have to be restored first. `unusable` ones were left alone, too.
    """

    snapshots: tuple[tuple[Partition, Snapshot], ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    unsettled: tuple[Partition, ...] = ()
    unusable: tuple[Unusable, ...] = ()

    def __add__(self, other: Publication) -> Publication:
        return Publication(
            self.snapshots + other.snapshots,
            {table: self.rows.get(table, 0) + other.rows.get(table, 0) for table in TABLES},
            self.unsettled + other.unsettled,
            self.unusable + other.unusable,
        )


def publish(lake: Lake, batch: Batch, workspace: Workspace) -> Publication:
    """Publish the snapshots of the batch that are not published yet, or have other content.

    The other snapshots of their partitions stay. A partition that cannot be read holds up no
    other. Raises WriteConflict where other publishers were faster twenty times over.
    """
    publication = Publication()
    partitions = list(batch.snapshots)
    for start in range(0, len(partitions), PARTITIONS_AT_ONCE):
        chosen = partitions[start : start + PARTITIONS_AT_ONCE]
        read = partial(attempted, partial(_read_manifest, lake))
        found, unusable = parted(workspace.threads.map(read, chosen))
        publication += Publication(unusable=unusable)
        for group in _in_groups(dict(found)):
            read_files = partial(attempted, partial(_read_files, lake, group))
            stored, unusable = parted(workspace.threads.map(read_files, group))
            publication += Publication(unusable=unusable)
            publication += _publish_group(lake, stored, batch, workspace)
    return publication


def _read_manifest(lake: Lake, partition: Partition) -> tuple[Partition, Found]:
    return partition, read_manifest(lake, partition)


def _in_groups(found: Mapping[Partition, Found]) -> Iterator[dict[Partition, Found]]:
    """Partitions with their manifests, as many as may be held in memory together."""
    group: dict[Partition, Found] = {}
    total = 0
    for partition, manifest in found.items():
        rows = sum(file.rows for file in manifest[0].files.values()) if manifest else 0
        if group and total + rows > ROWS_AT_ONCE:
            yield group
            group, total = {}, 0
        group[partition] = manifest
        total += rows
    if group:
        yield group


def _read_files(
    lake: Lake, manifests: Mapping[Partition, Found], partition: Partition
) -> StoredPartition:
    return settled(lake, read_files(lake, partition, manifests[partition]))


def _publish_group(
    lake: Lake, stored: Sequence[StoredPartition], batch: Batch, workspace: Workspace
) -> Publication:
    publication = Publication()
    for _ in range(ATTEMPTS):
        outcomes = _publish_into(lake, stored, batch, workspace)
        publication = sum(filter(None, outcomes), publication)
        left = [one.partition for one, done in zip(stored, outcomes, strict=True) if not done]
        if not left:
            return publication
        stored = [_read_again(lake, partition, workspace) for partition in left]
    raise contested(lake, left[0])


def contested(lake: Lake, partition: Partition) -> WriteConflict:
    """The error for a partition that other programs keep changing."""
    return WriteConflict(
        f"Other programs keep changing {partition} in {lake.location}. The raw files are still"
        " pending. Run the command again."
    )


def _publish_into(
    lake: Lake, stored: Sequence[StoredPartition], batch: Batch, workspace: Workspace
) -> list[Publication | None]:
    """What was published in each of the partitions; None where another publisher was faster."""
    changes = [_change(one, batch) for one in stored]
    rendered = iter(merge([one for one in changes if one.new], batch, workspace))
    tables = [next(rendered) if one.new else {} for one in changes]
    finish = partial(_finish, lake, workspace.file_format)
    return list(workspace.threads.map(finish, changes, tables))


def _change(stored: StoredPartition, batch: Batch) -> Merge:
    """What is to be merged into the partition: nothing new if it is not settled."""
    if not stored.is_settled:
        return Merge(stored, (), stored.snapshots)
    listed = _listed(stored)
    snapshots = batch.snapshots[stored.partition]
    new = [one for one in snapshots if _is_new(one, listed.get(one.snapshot_at))]
    replaced = {snapshot.snapshot_at for snapshot in new}
    kept = [one for at, one in listed.items() if at not in replaced]
    return Merge(stored, tuple(new), tuple(kept))


def _listed(stored: StoredPartition) -> dict[datetime, Snapshot]:
    return {snapshot.snapshot_at: snapshot for snapshot in stored.snapshots}


def _is_new(snapshot: Snapshot, listed: Snapshot | None) -> bool:
    # A file of one snapshot outranks a month of a bulk table, whichever landed first.
    if listed and holds_month(snapshot.raw_name) != holds_month(listed.raw_name):
        return holds_month(listed.raw_name)
    # Of raw files with the same bytes the manifest names the first by name, so that it does
    # not depend on which landed first.
    return listed is None or listed.sha256 != snapshot.sha256 or snapshot.raw_name < listed.raw_name


def _finish(
    lake: Lake, file_format: str, change: Merge, tables: Mapping[str, RenderedTable]
) -> Publication | None:
    stored = change.stored
    if not stored.is_settled:
        return Publication(unsettled=(stored.partition,))
    if not change.new:
        if stored.manifest:
            # A publisher may have died after it had written the manifest.
            delete_other_formats(lake, stored.manifest)
        return Publication()
    try:
        return _gained(change, commit(lake, stored, tables, change.snapshots, file_format))
    except WriteConflict:
        return None


def _read_again(lake: Lake, partition: Partition, workspace: Workspace) -> StoredPartition:
    stored = read_settled_partition(lake, partition)
    if stored.manifest is None:
        # Another publisher writes the first files of the partition, or died while it did.
        stored = with_unlisted_files(lake, stored, workspace.file_format)
    return stored


def _gained(change: Merge, manifest: Manifest) -> Publication:
    before = change.stored.manifest
    listed = _listed(change.stored)
    partition = change.stored.partition
    return Publication(
        tuple((partition, one) for one in change.new if listed.get(one.snapshot_at) != one),
        {
            table: file.rows - (before.files[table].rows if before else 0)
            for table, file in manifest.files.items()
        },
    )
