"""Merge: the next table files of partitions, from new rows and from those that stay."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.database import create_table, insert_rows
from etl.errors import DamagedObject
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Snapshot
from etl.lake.partitions import RenderedTable, StoredPartition
from etl.lake.table_files import KEYS, insert_table_files, row_ranges, write_table_file
from etl.pipeline.batch import Batch, Workspace


@dataclass(frozen=True, slots=True)
class Merge:
    """What becomes of a partition: `new` snapshots come from the batch, `kept` ones stay."""

    stored: StoredPartition
    new: tuple[Snapshot, ...]
    kept: tuple[Snapshot, ...]

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """All snapshots that the partition has afterwards."""
        return self.kept + self.new


def merge(
    merges: Sequence[Merge], batch: Batch, workspace: Workspace
) -> list[dict[str, RenderedTable]]:
    """The table files of each partition, by table; nothing is written to the lake.

    New rows come from the tables of the workspace, kept ones from the files in the lake. Raises
    DamagedObject where those cannot be read.
    """
    connection, path = workspace.connection, workspace.folder / f"table.{workspace.file_format}"
    mixed = {one.stored.partition for one in merges if not _is_whole(one, batch)}
    if mixed:
        _create_merged_tables([one for one in merges if one.stored.partition in mixed], workspace)
    files: list[dict[str, RenderedTable]] = [{} for _ in merges]
    for table in TABLES:
        merged_ranges = row_ranges(connection, f"merged_{table}") if mixed else {}
        # Without rows, a file has the same bytes in each partition.
        without_rows: RenderedTable | None = None
        for one, tables in zip(merges, files, strict=True):
            relation, ranges = table, batch.ranges.get(table, {})
            if one.stored.partition in mixed:
                relation, ranges = f"merged_{table}", merged_ranges
            span = ranges.get(one.stored.partition)
            if span or without_rows is None:
                rows = write_table_file(connection, relation, span, path)
                tables[table] = RenderedTable(path.read_bytes(), rows)
                path.unlink()  # a file that is written over goes to the disk, this one does not
            else:
                tables[table] = without_rows
            if span is None:
                without_rows = tables[table]
        if mixed:
            connection.execute(f"drop table merged_{table}")
    return files


def _is_whole(one: Merge, batch: Batch) -> bool:
    """Whether the partition gets all of its rows from the batch, and all that the batch has."""
    return not one.kept and len(one.new) == len(batch.snapshots.get(one.stored.partition, ()))


def _create_merged_tables(merges: Sequence[Merge], workspace: Workspace) -> None:
    """Create the sorted tables `merged_songs`, `merged_albums` and `merged_artists`."""
    connection = workspace.connection
    create_table(connection, "merge", "chosen_snapshots", temporary=True)
    insert_rows(connection, "chosen_snapshots", [row for one in merges for row in _chosen(one)])
    for table, key in KEYS.items():
        connection.execute(f"create or replace temp table stored_{table} as from {table} limit 0")
        _read_stored(table, [one for one in merges if one.kept], workspace)
        connection.execute(
            f"create or replace temp table merged_{table} as from ("
            f" from {table} semi join (from chosen_snapshots where is_new)"
            " using (chart_id, snapshot_at)"
            f" union all by name from stored_{table} semi join (from chosen_snapshots"
            f" where not is_new) using (chart_id, snapshot_at)) order by {key}"
        )
        connection.execute(f"drop table stored_{table}")
    for one in merges:
        if not one.stored.is_settled:
            _check_kept(one.stored.partition, one.kept, connection)


def _chosen(one: Merge) -> list[dict[str, object]]:
    return [
        {
            "chart_id": one.stored.partition.chart_id,
            "snapshot_at": snapshot.snapshot_at.replace(tzinfo=None),
            "is_new": is_new,
        }
        for is_new, snapshots in ((True, one.new), (False, one.kept))
        for snapshot in snapshots
    ]


def _read_stored(table: str, merges: Sequence[Merge], workspace: Workspace) -> None:
    """Read the rows of the lake's files into `stored_<table>`."""
    paths = []
    for number, one in enumerate(merges):
        if table not in one.stored.blobs or one.stored.manifest is None:
            raise _damaged(one.stored.partition, table, "it is not there")
        suffix = Path(one.stored.manifest.files[table].key).suffix
        paths.append(workspace.folder / f"stored.{number}{suffix}")
        paths[-1].write_bytes(one.stored.blobs[table].body)
    try:
        insert_table_files(workspace.connection, f"stored_{table}", paths)
    except duckdb.Error as error:
        doubtful = [one.stored.partition for one in merges if not one.stored.is_settled]
        if not doubtful:
            raise  # these are the bytes that chartlake wrote
        raise _damaged(doubtful[0], table, str(error).splitlines()[0]) from error
    finally:
        for path in paths:
            path.unlink()


def _check_kept(
    partition: Partition, kept: Collection[Snapshot], connection: duckdb.DuckDBPyConnection
) -> None:
    """Files that are not those of the manifest may lack rows of what it lists."""
    positions = " union all ".join(
        f'select snapshot_at, "position" from merged_{table} where chart_id = $1'
        for table in TABLES
    )
    counts = f'select snapshot_at, count("position") from ({positions}) group by all'
    found = dict(connection.execute(counts, [partition.chart_id]).fetchall())
    for snapshot in kept:
        if found.get(snapshot.snapshot_at.replace(tzinfo=None), 0) != snapshot.entries:
            raise _damaged(partition, "songs", f"they lack rows of {snapshot.raw_name}")


def _damaged(partition: Partition, table: str, reason: str) -> DamagedObject:
    return DamagedObject(
        f"The published {table} of {partition.chart_id}, {partition.month}, cannot be read:"
        f" {reason}. Some raw files of that month are not in the archive, so it cannot be written"
        " again from them. Nothing of it was changed. Restore the file or the raw files, then run"
        " `chartlake rebuild`."
    )
