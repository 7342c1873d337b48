"""Publish: add snapshots to the files of their partitions, and list them in the manifests."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from etl.errors import DamagedObject, WriteConflict
from etl.lake import Lake
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Manifest, Snapshot
from etl.lake.partitions import (
    RenderedTable,
    StoredPartition,
    commit,
    delete_other_formats,
    read_settled_partition,
    with_unlisted_files,
)
from etl.lake.table_files import insert_table_files, write_table_file
from etl.pipeline.batch import Batch, Workspace

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class Publication:
    """What was not published before: snapshots with their partitions, and rows gained by table.

    `unsettled` are the partitions that were left alone, because their files are not those that
    their manifests describe; they have to be restored first.
    """

    snapshots: tuple[tuple[Partition, Snapshot], ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    unsettled: tuple[Partition, ...] = ()

    def __add__(self, other: Publication) -> Publication:
        return Publication(
            self.snapshots + other.snapshots,
            {table: self.rows.get(table, 0) + other.rows.get(table, 0) for table in TABLES},
            self.unsettled + other.unsettled,
        )


def publish(lake: Lake, batch: Batch, workspace: Workspace) -> Publication:
    """Publish the snapshots of the batch that are not published yet, or have other content.

    The other snapshots of their partitions stay. Raises WriteConflict where other publishers
    were faster twenty times over.
    """
    publication = Publication()
    for partition, snapshots in batch.snapshots.items():
        publication += _publish_partition(lake, partition, snapshots, batch, workspace)
    return publication


def _publish_partition(
    lake: Lake,
    partition: Partition,
    snapshots: Iterable[Snapshot],
    batch: Batch,
    workspace: Workspace,
) -> Publication:
    stored = read_settled_partition(lake, partition)
    for attempt in range(1, ATTEMPTS + 1):
        if not stored.is_settled:
            return Publication(unsettled=(partition,))
        listed = {snapshot.snapshot_at: snapshot for snapshot in stored.snapshots}
        new = [one for one in snapshots if _is_new(one, listed.get(one.snapshot_at))]
        if not new:
            if stored.manifest:
                # A publisher may have died after it had written the manifest.
                delete_other_formats(lake, stored.manifest)
            return Publication()
        replaced = {snapshot.snapshot_at for snapshot in new}
        kept = [one for at, one in listed.items() if at not in replaced]
        tables = merge(stored, new, kept, batch, workspace)
        try:
            manifest = commit(lake, stored, tables, (*kept, *new), workspace.file_format)
        except WriteConflict:
            if attempt == ATTEMPTS:
                raise
            stored = _read_again(lake, partition, workspace)
            continue
        added = [(partition, one) for one in new if listed.get(one.snapshot_at) != one]
        return Publication(tuple(added), _rows_gained(stored.manifest, manifest))
    raise AssertionError("the last attempt returns or raises")


def merge(
    stored: StoredPartition,
    new: Collection[Snapshot],
    kept: Collection[Snapshot],
    batch: Batch,
    workspace: Workspace,
) -> dict[str, RenderedTable]:
    """The table files with the rows of the `new` snapshots and of the `kept` ones, by table.

    New rows come from the workspace's tables, kept ones from the files in the lake. Raises
    DamagedObject where those cannot be read.
    """
    selects = {table: _select_new(stored.partition, table, new, batch) for table in TABLES}
    if kept:
        for table, select in selects.items():
            create = f"create or replace temp table merged_{table} as {select}"
            workspace.connection.execute(create)
            _insert_kept(stored, table, kept, workspace)
            selects[table] = f"from merged_{table}"
        if not stored.is_settled:
            _check_kept(stored, kept, workspace.connection)
    path = workspace.folder / f"merged.{workspace.file_format}"
    rendered = {}
    for table, select in selects.items():
        rows = write_table_file(workspace.connection, select, table, path)
        rendered[table] = RenderedTable(path.read_bytes(), rows)
    return rendered


def _select_new(partition: Partition, table: str, new: Collection[Snapshot], batch: Batch) -> str:
    """The rows of the new snapshots, which follow each other in the table."""
    span = batch.ranges.get((table, partition))
    if not new or span is None:
        return f"from {table} where false"
    select = f"from {table} where rowid between {span[0]} and {span[1]}"
    is_whole = len(new) == len(batch.snapshots[partition])
    return select if is_whole else f"{select} and {_at_times(new)}"


def _insert_kept(
    stored: StoredPartition, table: str, kept: Iterable[Snapshot], workspace: Workspace
) -> None:
    if table not in stored.blobs or stored.manifest is None:
        raise _damaged(stored.partition, table, "it is not there")
    suffix = Path(stored.manifest.files[table].key).suffix
    path = workspace.folder / f"stored{suffix}"
    path.write_bytes(stored.blobs[table].body)
    where = f"chart_id = '{stored.partition.chart_id}' and {_at_times(kept)}"
    try:
        insert_table_files(workspace.connection, f"merged_{table}", [path], where)
    except duckdb.Error as error:
        if stored.is_settled:
            raise  # these are the bytes that chartlake wrote
        reason = str(error).splitlines()[0]
        raise _damaged(stored.partition, table, reason) from error


def _check_kept(
    stored: StoredPartition, kept: Iterable[Snapshot], connection: duckdb.DuckDBPyConnection
) -> None:
    """Files that are not those of the manifest may lack rows of what it lists."""
    counts = "select snapshot_at, count(*) from merged_songs group by all"
    found = dict(connection.execute(counts).fetchall())
    for snapshot in kept:
        if found.get(snapshot.snapshot_at.replace(tzinfo=None), 0) != snapshot.entries:
            raise _damaged(stored.partition, "songs", f"they lack rows of {snapshot.raw_name}")


def _read_again(lake: Lake, partition: Partition, workspace: Workspace) -> StoredPartition:
    stored = read_settled_partition(lake, partition)
    if stored.manifest is None:
        # Another publisher writes the first files of the partition, or died while it did.
        stored = with_unlisted_files(lake, stored, workspace.file_format)
    return stored


def _is_new(snapshot: Snapshot, listed: Snapshot | None) -> bool:
    # Of raw files with the same bytes the manifest names the first by name, so that it does
    # not depend on which landed first.
    return listed is None or listed.sha256 != snapshot.sha256 or snapshot.raw_name < listed.raw_name


def _rows_gained(before: Manifest | None, after: Manifest) -> dict[str, int]:
    return {
        table: file.rows - (before.files[table].rows if before else 0)
        for table, file in after.files.items()
    }


def _at_times(snapshots: Iterable[Snapshot]) -> str:
    # As text, because DuckDB takes no parameters in a COPY.
    times = (one.snapshot_at.replace(tzinfo=None).isoformat(sep=" ") for one in snapshots)
    listed = ", ".join(f"'{time}'" for time in times)
    return f"list_contains([{listed}]::timestamp[], snapshot_at)"


def _damaged(partition: Partition, table: str, reason: str) -> DamagedObject:
    return DamagedObject(
        f"The published {table} of {partition.chart_id}, {partition.month}, cannot be read:"
        f" {reason}. Some raw files of that month are not in the archive, so it cannot be written"
        " again from them. Nothing of it was changed. Restore the file or the raw files, then run"
        " `chartlake rebuild`."
    )
