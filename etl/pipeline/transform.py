"""Transform: build the three tables from staged files, and reject those that break a rule.

The tables stay in the workspace's database; nothing is written to the lake.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime

import duckdb

from etl.database import (
    append_to_tables,
    create_table,
    create_tables,
    insert_rows,
    models,
    rows,
    set_variables,
    structures,
)
from etl.lake.layout import Partition
from etl.lake.manifest import Snapshot
from etl.pipeline.batch import Batch, RawFile, Rejection, Workspace
from etl.pipeline.stage import CHART_LINES


def transform(batch: Batch, workspace: Workspace) -> Batch:
    """The batch with its snapshots, whose rows are in the tables of the workspace.

    Files that break a rule are rejected, and the tables built again without them: no row of
    theirs is left, and none of another file is lost.
    """
    connection = workspace.connection
    _load(batch, connection)
    rejected = list(batch.rejected)
    while True:
        create_tables(connection, "marts")
        broken = _check(connection, batch.staged)
        if not broken:
            break
        _forget(connection, [rejection.name for rejection in broken])
        rejected += broken
    return replace(batch, rejected=tuple(rejected), snapshots=_snapshots(connection))


def _load(batch: Batch, connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the layers `raw` and `staging`, chunk after chunk."""
    set_variables(connection, **structures())
    create_table(connection, "raw", "raw_files")
    insert_rows(connection, "raw_files", [_row(file) for file in batch.staged])
    for number, chunk in enumerate(batch.chunks):
        set_variables(
            connection,
            response_paths=[str(path) for path in chunk.glob("*.json")],
            chart_lines_path=str(chunk / CHART_LINES),
        )
        create_tables(connection, "raw", existing=["raw_files"])
        if number == 0:
            create_tables(connection, "staging")
        else:
            append_to_tables(connection, "staging")


def _row(file: RawFile) -> dict[str, object]:
    return {
        "file_number": file.number,
        "raw_name": file.name,
        "sha256": file.sha256,
        "chart_id": file.identity.chart_id,
        "snapshot_at": _naive(file.identity.snapshot_at),
        "landed_at": _naive(file.landed_at),
    }


def _check(connection: duckdb.DuckDBPyConnection, staged: Collection[RawFile]) -> list[Rejection]:
    """The files that break a rule, each with the first rule that it breaks."""
    digests = {file.name: file.sha256 for file in staged}
    offenders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check in models("checks").values():
        for raw_name, rule, offender in connection.execute(check).fetchall():
            offenders[raw_name, rule].append(str(offender))
    first: dict[str, Rejection] = {}
    for (raw_name, rule), found in offenders.items():
        rejection = Rejection(raw_name, digests[raw_name], rule, tuple(sorted(found)))
        first.setdefault(raw_name, rejection)
    return list(first.values())


def _forget(connection: duckdb.DuckDBPyConnection, names: list[str]) -> None:
    connection.execute("delete from raw_files where raw_name in (select unnest(?))", [names])


def _snapshots(
    connection: duckdb.DuckDBPyConnection,
) -> dict[Partition, tuple[Snapshot, ...]]:
    found: dict[Partition, list[Snapshot]] = defaultdict(list)
    for row in rows(connection, "from snapshots where is_current"):
        moment: datetime = row["snapshot_at"]
        found[Partition(row["chart_id"], f"{moment:%Y-%m}")].append(
            Snapshot(
                snapshot_at=moment.replace(tzinfo=UTC),
                raw_name=row["first_name"],
                sha256=row["sha256"],
                entries=row["entries"],
                expected_entries=row["expected_entries"],
                is_complete=row["is_complete"],
            )
        )
    return {partition: tuple(snapshots) for partition, snapshots in found.items()}


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
