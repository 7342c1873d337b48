"""Merge: the table files of a partition from its new rows and those that stay."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.database import count
from etl.errors import DamagedObject
from etl.lake import Blob
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Snapshot
from etl.lake.partition_files import RenderedTable, StoredPartition
from etl.lake.table_files import insert_table_files, write_table_file
from etl.pipeline.batch import Workspace


def merge(
    stored: StoredPartition,
    new: Iterable[Snapshot],
    kept: Iterable[Snapshot],
    workspace: Workspace,
) -> dict[str, RenderedTable]:
    """The table files with the rows of the `new` snapshots and of the `kept` ones, by table.

    New rows come from the workspace's tables, kept ones from the files in the lake. Raises
    DamagedObject where those cannot be read.
    """
    new_times, kept_times = _times(new), _times(kept)
    return {
        table: _merge_table(table, stored, new_times, kept_times, workspace) for table in TABLES
    }


def _merge_table(
    table: str,
    stored: StoredPartition,
    new_times: list[str],
    kept_times: list[str],
    workspace: Workspace,
) -> RenderedTable:
    connection = workspace.connection
    connection.execute(
        f"create or replace temp table merged as from {table}"
        " where chart_id = ? and list_contains(?::timestamp[], snapshot_at)",
        [stored.partition.chart_id, new_times],
    )
    if kept_times:
        path = _laid_out(table, stored, workspace.folder)
        _insert_kept(connection, path, kept_times, stored, table)
    path = workspace.folder / f"merged.{workspace.file_format}"
    write_table_file(connection, "merged", table, path)
    return RenderedTable(path.read_bytes(), count(connection, "select count(*) from merged"))


def _insert_kept(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    kept_times: list[str],
    stored: StoredPartition,
    table: str,
) -> None:
    # As text, because a statement that inserts from a file takes no parameters in its source.
    times = ", ".join(f"'{moment}'" for moment in kept_times)
    where = f"list_contains([{times}]::timestamp[], snapshot_at)"
    if stored.is_settled:
        insert_table_files(connection, "merged", [path], where)
        return
    try:
        insert_table_files(connection, "merged", [path], where)
    except duckdb.Error as error:
        # These are not the bytes that chartlake wrote.
        reason = str(error).splitlines()[0]
        raise _damaged(stored.partition, table, reason) from error


def _laid_out(table: str, stored: StoredPartition, folder: Path) -> Path:
    blob: Blob | None = stored.blobs.get(table)
    if blob is None or stored.manifest is None:
        raise _damaged(stored.partition, table, "it is not there")
    path = folder / f"stored.{stored.manifest.files[table].key.rpartition('.')[2]}"
    path.write_bytes(blob.body)
    return path


def _damaged(partition: Partition, table: str, reason: str) -> DamagedObject:
    return DamagedObject(
        f"The published {table} of {partition.chart_id}, {partition.month}, cannot be read:"
        f" {reason}. Some raw files of that month are not in the archive, so it cannot be written"
        " again from them. Nothing of it was changed. Restore the file or the raw files, then run"
        " `chartlake rebuild`."
    )


def _times(snapshots: Iterable[Snapshot]) -> list[str]:
    return [f"{one.snapshot_at.replace(tzinfo=None).isoformat(sep=' ')}" for one in snapshots]
