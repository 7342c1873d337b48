"""Refresh: bring the mirror up to what the lake's manifests list."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

import duckdb

from etl.database import connect, count, in_little_memory, insert_rows
from etl.errors import PartitionUnsettled, RunFailed
from etl.files import scratch_folder
from etl.lake import CONCURRENT_REQUESTS, Lake
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Snapshot
from etl.lake.partitions import (
    StoredPartition,
    Unusable,
    attempted,
    manifest_versions,
    parted,
    read_settled_partition,
)
from etl.lake.table_files import insert_table_files
from etl.mirror.charts import replace_charts
from etl.mirror.draft import draft_of, exclusively
from etl.mirror.emptied import refuse_to_empty
from etl.mirror.history import create_staging, replace_staged, update_current
from etl.mirror.homes import home_references, mirrored_references, update_homes
from etl.mirror.labels import ListedOwner, listed_owners, mirrored_owners, replace_owners
from etl.mirror.reader import open_mirror, read_mirrored
from etl.mirror.schema import create_mirror, current_schema, update_views
from etl.mirror.swap import replace_database
from etl.wording import shortened

# How many partitions are read at once, and how many rows are merged at once.
BATCH = 60
BATCH_ROWS = 125_000


@dataclass(frozen=True, slots=True)
class Refreshed:
    """How many partitions a refresh copied, and how many snapshots the mirror holds now.

    `unusable` partitions could not be read; the mirror keeps what it had of them.
    """

    partitions: int
    snapshots: int
    unusable: tuple[Unusable, ...] = ()

    def raise_for_unusable(self) -> None:
        """Raise RunFailed, with all sentences, where partitions could not be read."""
        if self.unusable:
            raise RunFailed("\n".join(one.sentence for one in self.unusable))


def refresh(
    lake: Lake,
    path: Path,
    *,
    homes: Collection[str] | None = None,
    owners: Collection[ListedOwner] | None = None,
) -> Refreshed:
    """Copy into the mirror at `path` what changed in the lake since the last refresh.

    Readers that have it open keep reading what they had; a refresh that dies leaves the old file
    whole. A mirror that an older version wrote is built anew. Homes of artists come from the
    references `homes`, or else from all that the lake has if the mirror is new. Owners of labels
    become `owners`, or else those of `label_owners.csv` if the mirror is new. Raises MirrorError
    where the file is not a mirror, is newer, or is open for writing, and where nothing would be
    left in it. Once the rest is copied, raises PartitionUnsettled for partitions whose files are
    not those that the manifest describes; the mirror keeps what it had of them, as it does of those
    that cannot be read.
    """
    with exclusively(path):
        published, mirrored = manifest_versions(lake), read_mirrored(path)
        schema = current_schema()
        if mirrored:
            refuse_to_empty(lake, path, published, mirrored.versions)
        if mirrored and not mirrored.schema.has_tables_of(schema):
            mirrored = None  # an older version wrote it; it is built anew
        if homes is None and not mirrored:
            homes = home_references(lake)
        if owners is None and not mirrored:
            owners = listed_owners()
        is_same = mirrored and mirrored.schema == schema and mirrored.versions == published
        if (
            is_same
            and (homes is None or homes == mirrored_references(path))
            and (owners is None or owners == mirrored_owners(path))
        ):
            return Refreshed(0, _count_snapshots(path))
        known = mirrored.versions if mirrored else {}
        changed = sorted(one for one in published if published[one] != known.get(one))
        removed = [partition for partition in known if partition not in published]
        with draft_of(path) as draft:
            _start_draft(draft, copied_from=path if mirrored else None)
            refreshed, unsettled = _complete_draft(lake, draft, changed, removed, homes, owners)
            replace_database(path, draft)
    if unsettled:
        raise _unsettled(path, unsettled, refreshed.unusable)
    return refreshed


def _start_draft(draft: Path, copied_from: Path | None) -> None:
    if copied_from:
        shutil.copyfile(copied_from, draft)
        return
    with connect(draft) as connection:
        create_mirror(connection)


def _complete_draft(
    lake: Lake,
    draft: Path,
    changed: Sequence[Partition],
    removed: Sequence[Partition],
    homes: Collection[str] | None,
    owners: Collection[ListedOwner] | None,
) -> tuple[Refreshed, list[Partition]]:
    """Bring the draft up to date; returns the partitions that are not settled, too."""
    with scratch_folder() as scratch, connect(draft, scratch=Path(scratch)) as connection:
        update_views(connection)
        create_staging(connection)
        unsettled: list[Partition] = []
        unusable: list[Unusable] = []
        for batch in _batches([*changed, *removed]):
            left = _replace(lake, connection, batch, set(removed))
            unsettled += left[0]
            unusable += left[1]
        in_little_memory(connection, update_current)
        replace_charts(connection)
        if homes is not None:
            update_homes(lake, connection, homes)
        if owners is not None:
            replace_owners(connection, owners)
        connection.execute("checkpoint")
        snapshots = count(connection, "select count(*) from published_snapshots")
    copied = len(changed) - len(unsettled) - len(unusable)
    return Refreshed(copied, snapshots, tuple(unusable)), unsettled


def _batches(partitions: Iterable[Partition]) -> Iterator[list[Partition]]:
    """The partitions in batches of whole charts, so that a new chart is computed at once."""
    batch: list[Partition] = []
    for _, of_chart in groupby(sorted(partitions), lambda one: one.chart_id):
        batch += of_chart
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _replace(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    partitions: Sequence[Partition],
    removed: Collection[Partition],
) -> tuple[list[Partition], tuple[Unusable, ...]]:
    """Replace partitions; returns those that cannot be: not settled ones, and unusable ones."""
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        read = partial(attempted, partial(_read, lake, removed))
        stored, unusable = parted(pool.map(read, partitions))
    for settled in _slices(one for one in stored if one.is_settled):
        _merge(connection, settled)
    return [one.partition for one in stored if not one.is_settled], unusable


def _slices(partitions: Iterable[StoredPartition]) -> Iterator[list[StoredPartition]]:
    """The partitions in slices of a bounded number of rows, which bounds the memory."""
    chosen, rows = list[StoredPartition](), 0
    for stored in partitions:
        files = stored.manifest.files if stored.manifest else {}
        more = max((file.rows for file in files.values()), default=0)
        if chosen and rows + more > BATCH_ROWS:
            yield chosen
            chosen, rows = [], 0
        chosen.append(stored)
        rows += more
    if chosen:
        yield chosen


def _merge(connection: duckdb.DuckDBPyConnection, settled: Sequence[StoredPartition]) -> None:
    # A partition whose manifest was deleted in the meantime is gone from the mirror, too.
    present = [one for one in settled if one.manifest]
    insert_rows(connection, "staged_partitions", [_partition_row(one) for one in settled])
    insert_rows(
        connection,
        "staged_published_snapshots",
        [
            snapshot_row(one.partition.chart_id, snapshot)
            for one in present
            for snapshot in one.snapshots
        ],
    )
    _insert_tables(connection, present)
    in_little_memory(connection, replace_staged)


def _read(lake: Lake, removed: Collection[Partition], partition: Partition) -> StoredPartition:
    if partition in removed:
        return StoredPartition(partition)
    return read_settled_partition(lake, partition, rows_only=True)


def _insert_tables(
    connection: duckdb.DuckDBPyConnection, partitions: Sequence[StoredPartition]
) -> None:
    with scratch_folder() as folder:
        for table in TABLES:
            paths = []
            for number, stored in enumerate(partitions):
                if stored.manifest and table in stored.blobs:
                    suffix = stored.manifest.files[table].key.rpartition(".")[2]
                    paths.append(Path(folder, f"{table}.{number}.{suffix}"))
                    paths[-1].write_bytes(stored.blobs[table].body)
            insert_table_files(connection, f"staged_{table}", paths)


def _partition_row(stored: StoredPartition) -> dict[str, object]:
    return {
        "chart_id": stored.partition.chart_id,
        "snapshot_month": stored.partition.month,
        "manifest_version": stored.version,
        "begins_at": f"{stored.partition.month}-01",
    }


def snapshot_row(chart_id: str, snapshot: Snapshot) -> dict[str, object]:
    """A row of `published_snapshots`."""
    return {
        "chart_id": chart_id,
        "snapshot_at": snapshot.snapshot_at.replace(tzinfo=None),
        "raw_name": snapshot.raw_name,
        "sha256": snapshot.sha256,
        "entries": snapshot.entries,
        "expected_entries": snapshot.expected_entries,
        "is_complete": snapshot.is_complete,
        "chart_name": snapshot.chart_name,
    }


def _count_snapshots(path: Path) -> int:
    with open_mirror(path) as connection:
        return count(connection, "select count(*) from published_snapshots")


def _unsettled(
    path: Path, partitions: Sequence[Partition], unusable: Iterable[Unusable]
) -> PartitionUnsettled:
    named = shortened([f"{one.chart_id} {one.month}" for one in partitions])
    sentence = (
        f"The published files of {named} are not those that the manifest describes: a publisher is"
        f" writing them, or died, or somebody changed them. {path} keeps what it had of them, and"
        " has everything else. Run `chartlake process`, then `chartlake mirror`; if that does not"
        " help, `chartlake rebuild`."
    )
    return PartitionUnsettled("\n".join([sentence, *(one.sentence for one in unusable)]))
