"""The mirror: whether it holds the rows that are published, and how far it is behind."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from etl.database import described
from etl.errors import MirrorError, MirrorOutdated
from etl.lake import Lake
from etl.lake.layout import PURGED, TABLES, Partition
from etl.mirror.reader import open_mirror
from etl.pipeline.verify.finding import Finding
from etl.pipeline.verify.listing import Listing
from etl.pipeline.verify.tables import Columns, Content, content_digest
from etl.wording import counted, shortened

_MIRROR = "run `chartlake mirror`"
_COPY_AGAIN = f"delete it and {_MIRROR}"
_NOTHING = Content(0, 0)
_SNAPSHOT = "raw_name, sha256, entries, expected_entries, is_complete"


@dataclass(frozen=True, slots=True)
class MirrorContents:
    """What the mirror holds: of each partition, its manifest's version, snapshots and rows."""

    path: Path
    columns: Columns
    versions: Mapping[Partition, str]
    snapshots: Mapping[Partition, frozenset[tuple[Any, ...]]]
    tables: Mapping[tuple[Partition, str], Content]


def read_mirror(path: Path) -> MirrorContents | Finding:
    """The contents of the mirror, or why there are none."""
    if not path.exists():
        return Finding(str(path), "it does not exist yet", _MIRROR, is_notice=True)
    try:
        with open_mirror(path) as connection:
            columns = {table: dict(described(connection, table)) for table in TABLES}
            return MirrorContents(
                path,
                columns,
                _versions(connection),
                _snapshots(connection),
                _tables(connection, columns),
            )
    except MirrorOutdated:
        problem = "another version of chartlake wrote it, so it was not compared"
        return Finding(str(path), problem, _MIRROR, is_notice=True)
    except (MirrorError, duckdb.Error) as error:
        reason = str(error).splitlines()[0].partition(". ")[0]
        return Finding(str(path), f"it cannot be read ({reason})", _COPY_AGAIN)


def check_mirrored(
    mirror: MirrorContents, listing: Listing, version: str, contents: Mapping[str, Content]
) -> Iterator[Finding]:
    """Check a partition in the mirror, if it was copied from the manifest with that version."""
    partition = Partition(listing.chart_id, listing.month)
    if mirror.versions.get(partition) != version:
        return  # it is behind, which `check_lag` counts
    named = f"{listing.chart_id} {listing.month}"
    listed = {
        (one.moment, one.raw_name, one.sha256, one.entries, one.expected_entries, one.is_complete)
        for one in listing.snapshots
    }
    if mirror.snapshots.get(partition, frozenset()) != listed:
        yield _finding(mirror, f"its snapshots of {named} are not those that the manifest lists")
    for table, content in contents.items():
        found = mirror.tables.get((partition, table), _NOTHING)
        if found.rows != content.rows:
            problem = f"it has {counted(found.rows, 'row')} of {named} in {table},"
            yield _finding(mirror, f"{problem} where {content.rows:,} are published")
        elif found.digest != content.digest:
            yield _finding(mirror, f"its rows of {named} in {table} are not those published")


def check_lag(
    lake: Lake,
    mirror: MirrorContents,
    published: Mapping[Partition, str],
    unknown: Collection[Partition],
) -> Iterator[Finding]:
    """Check which partitions the mirror lacks, or holds although it should not.

    Nothing is known about the `unknown` ones, whose manifest cannot be used.
    """
    changed = published.items() - mirror.versions.items()
    removed = mirror.versions.keys() - published.keys() - set(unknown)
    behind = {partition for partition, _ in changed} | removed
    if removed and not published and not unknown and not lake.list(PURGED):
        problem = f"it holds {counted(len(removed), 'partition')}, but nothing is published in"
        remedy = f"check the setting CHARTLAKE_LAKE; if the mirror is to be empty, {_COPY_AGAIN}"
        yield Finding(str(mirror.path), f"{problem} the lake {lake.location}", remedy)
    elif behind:
        named = shortened([f"{one.chart_id} {one.month}" for one in sorted(behind)])
        problem = f"it is behind in {counted(len(behind), 'partition')} ({named})"
        yield Finding(str(mirror.path), problem, _MIRROR, is_notice=True)
    held = {partition for partition, _ in mirror.tables} | set(mirror.snapshots)
    for partition in sorted(held - mirror.versions.keys()):
        problem = f"it has rows of {partition.chart_id} {partition.month}, which it never copied"
        yield _finding(mirror, problem)


def _finding(mirror: MirrorContents, problem: str) -> Finding:
    return Finding(str(mirror.path), problem, _COPY_AGAIN)


def _versions(connection: duckdb.DuckDBPyConnection) -> dict[Partition, str]:
    found = connection.execute(
        "select chart_id, snapshot_month, manifest_version from mirrored_partitions"
    ).fetchall()
    return {Partition(chart_id, month): version for chart_id, month, version in found}


def _snapshots(
    connection: duckdb.DuckDBPyConnection,
) -> dict[Partition, frozenset[tuple[Any, ...]]]:
    found: dict[Partition, set[tuple[Any, ...]]] = {}
    select = f"select chart_id, snapshot_at, {_SNAPSHOT} from published_snapshots"
    for chart_id, moment, *rest in connection.execute(select).fetchall():
        found.setdefault(Partition(chart_id, f"{moment:%Y-%m}"), set()).add((moment, *rest))
    return {partition: frozenset(snapshots) for partition, snapshots in found.items()}


def _tables(
    connection: duckdb.DuckDBPyConnection, columns: Columns
) -> dict[tuple[Partition, str], Content]:
    # All partitions in one pass: a query for each would read the whole table each time.
    return {
        (Partition(chart_id, month), table): Content(count, digest)
        for table in TABLES
        for chart_id, month, count, digest in connection.execute(
            "select chart_id, strftime(snapshot_at, '%Y-%m') as snapshot_month,"
            f" {content_digest(columns[table])} from {table} group by chart_id, snapshot_month"
        ).fetchall()
    }
