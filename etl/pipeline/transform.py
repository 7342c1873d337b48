"""Transform: build the three tables from staged files, and reject those that break a rule.

The tables stay in the workspace's database; nothing is written to the lake.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import duckdb

from etl.database import (
    create_table,
    create_tables,
    drop_tables,
    insert_rows,
    results,
    rows,
    set_variables,
    structures,
)
from etl.lake.layout import TABLES, Partition, listed_name
from etl.lake.manifest import Snapshot
from etl.lake.table_files import row_ranges
from etl.pipeline.batch import Batch, RawFile, Rejection, Workspace
from etl.pipeline.lines import CHART_LINES, RESPONSE_LINES, TRACK_LINES
from etl.sources.chart_kinds import kind_of


def transform(batch: Batch, workspace: Workspace) -> Batch:
    """The batch with its snapshots, whose rows are in the tables of the workspace.

    Files that break a rule are rejected, and the tables built again without them: no row of
    theirs is left, and none of another file is lost.
    """
    connection = workspace.connection
    rejected = list(batch.rejected)
    _load(batch, connection)
    while True:
        create_tables(connection, "marts")
        broken = results(connection, "checks")
        if not broken:
            break
        rejections = _rejections(broken, batch)
        _forget(connection, rejections)
        rejected += rejections
    found = rows(connection, "from snapshots where is_current")
    connection.execute("drop table raw_files")
    drop_tables(connection, "staging")  # they take more memory than the marts
    return replace(
        batch,
        rejected=tuple(rejected),
        snapshots=_by_partition(found),
        ranges={table: row_ranges(connection, table) for table in TABLES},
    )


def _load(batch: Batch, connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the layer `staging`, and `raw_files`."""
    lines = batch.folder / RESPONSE_LINES, batch.folder / TRACK_LINES
    raw_files = [_row(file) for file in batch.staged]
    set_variables(
        connection,
        **structures(),
        response_lines_path=str(lines[0]),
        track_lines_path=str(lines[1]),
        # No line is longer than the file.
        longest_line=max(path.stat().st_size for path in lines),
        chart_lines_path=str(batch.folder / CHART_LINES),
    )
    create_table(connection, "raw", "raw_files")
    insert_rows(connection, "raw_files", raw_files)
    create_tables(connection, "raw", existing=["raw_files"])
    create_tables(connection, "staging")
    drop_tables(connection, "raw", keep=["raw_files"])


def _row(file: RawFile) -> dict[str, object]:
    return {
        "file_number": file.number,
        "raw_name": file.name,
        "sha256": file.sha256,
        "chart_id": file.identity.chart_id,
        "kind": kind_of(file.identity.chart_id) if file.identity.chart_id else None,
        "chart_name": file.chart_name,
        "snapshot_at": _naive(file.identity.snapshot_at),
        "holds_month": file.identity.month is not None,
        "precedence": file.precedence,
        "landed_at": _naive(file.landed_at),
    }


def _rejections(broken: list[tuple[str, str, str]], batch: Batch) -> list[Rejection]:
    """The files that break a rule, each with the first rule that it breaks."""
    files = {file.name: file for file in batch.staged}
    offenders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, rule, offender in broken:
        offenders[name, rule].append(str(offender))
    first: dict[str, Rejection] = {}
    for (name, rule), found in offenders.items():
        if name not in first:
            file = files[name]
            first[name] = Rejection(
                name, file.sha256, file.version, file.landed_at, rule, tuple(sorted(found))
            )
    return list(first.values())


def _forget(connection: duckdb.DuckDBPyConnection, rejections: list[Rejection]) -> None:
    names = [rejection.name for rejection in rejections]
    connection.execute("delete from raw_files where raw_name in (select unnest(?))", [names])


def _by_partition(found: list[dict[str, Any]]) -> dict[Partition, tuple[Snapshot, ...]]:
    partitions: dict[Partition, list[Snapshot]] = defaultdict(list)
    for row in found:
        moment: datetime = row["snapshot_at"]
        partitions[Partition(row["chart_id"], f"{moment:%Y-%m}")].append(
            Snapshot(
                snapshot_at=moment.replace(tzinfo=UTC),
                raw_name=listed_name(row["first_name"]),
                sha256=row["sha256"],
                entries=row["entries"],
                expected_entries=row["expected_entries"],
                is_complete=row["is_complete"],
                chart_name=row["chart_name"],
            )
        )
    return {partition: tuple(snapshots) for partition, snapshots in partitions.items()}


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
