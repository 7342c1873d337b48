"""Mirror: one DuckDB file with all that is published, for questions without a network."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl.database import connect, create_views, run_layer
from etl.errors import LakeRefused, LakeUnavailable, MirrorRefused, ObjectMissing
from etl.lake import Lake
from etl.manifest import Manifest
from etl.snapshot import MANIFESTS, TABLES, Partition
from etl.swap import replace_database, wal
from etl.tables import insert_snapshots, insert_table

THREADS = 8
# How many partitions are taken in at once; it bounds memory and scratch space.
BATCH = 200
ATTEMPTS = 5
LOCK_SECONDS = 600

Watermarks = dict[Partition, str]


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a refresh did: partitions taken in, and the snapshots the mirror now holds."""

    partitions: int
    snapshots: int


def refresh(lake: Lake, path: Path) -> Refreshed:
    """Bring the mirror at `path` up to what the lake's manifests list.

    Readers that have it open go on reading what they had; a refresh that dies leaves the old
    file whole. Raises MirrorRefused where the file is no mirror, or open for writing.
    """
    with _only_refresh(path):
        listed, known = published(lake), watermarks(path)
        if listed == known and path.exists():
            return Refreshed(0, _count(path))
        draft = path.with_name(f".{path.name}.draft")
        taken, snapshots = _draft(lake, path, draft, listed, known)
        replace_database(path, draft)
        return Refreshed(taken, snapshots)


def published(lake: Lake) -> Watermarks:
    """The version of each partition's manifest in the lake."""
    found = ((Partition.of_manifest(one.key), one.version) for one in lake.list(MANIFESTS))
    return {partition: version for partition, version in found if partition}


def watermarks(path: Path) -> Watermarks:
    """The version of each partition that the mirror has taken in; none where there is no mirror."""
    if not path.exists():
        return {}
    with reading(path) as connection:
        rows = connection.execute("from mirrored_partitions").fetchall()
    return {Partition(chart, month): version for chart, month, version in rows}


def recent_gaps(path: Path) -> dict[str, list[str]]:
    """The last days of the periods that charts lack among their last four, by chart.

    There are none where there is no mirror.
    """
    if not path.exists():
        return {}
    with reading(path) as connection:
        found = connection.execute(
            "select chart_id, list(period_end::varchar order by period_end) from gaps"
            " inner join (select chart_id, max(period_end) as last_end from chart_periods"
            " group by chart_id) as ends using (chart_id)"
            " where period_end >= last_end - case period when 'day' then 4 else 28 end"
            " group by chart_id order by chart_id"
        ).fetchall()
    return dict(found)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The mirror, open for reading. Raises MirrorRefused where there is none to read."""
    if not path.exists():
        raise MirrorRefused(f"There is no mirror at {path} yet. Run `chartlake mirror` to make it.")
    with ExitStack() as stack:
        try:
            connection = stack.enter_context(connect(path, read_only=True))
            connection.execute("from mirrored_partitions limit 0")
        except duckdb.Error as error:
            raise MirrorRefused(_not_a_mirror(path, error)) from error
        yield connection


@contextmanager
def _only_refresh(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS):
            yield
    except Timeout as error:
        raise MirrorRefused(
            f"Another refresh of {path} has been at work for {LOCK_SECONDS} seconds. The mirror is"
            " as it was; run `chartlake mirror` again when that one has ended."
        ) from error


def _draft(
    lake: Lake, path: Path, draft: Path, listed: Watermarks, known: Watermarks
) -> tuple[int, int]:
    for leftover in (draft, wal(draft)):
        leftover.unlink(missing_ok=True)
    if path.exists():
        shutil.copyfile(path, draft)
    with connect(draft) as connection:
        if not path.exists():
            run_layer(connection, "mirror")
        taken = _take_in(lake, connection, listed, known)
        create_views(connection)
        connection.execute("checkpoint")
        counted = connection.execute("select count(*) from published_snapshots").fetchone()
    return taken, counted[0] if counted else 0


def _take_in(
    lake: Lake, connection: duckdb.DuckDBPyConnection, listed: Watermarks, known: Watermarks
) -> int:
    """Take in the changed partitions until none has changed meanwhile; returns how many."""
    taken: set[Partition] = set()
    for _ in range(ATTEMPTS):
        _forget(connection, [partition for partition in known if partition not in listed])
        changed = sorted(one for one in listed if listed[one] != known.get(one))
        if not changed:
            return len(taken)
        for start in range(0, len(changed), BATCH):
            _take_batch(lake, connection, changed[start : start + BATCH], listed)
        taken.update(changed)
        # A partition may have been published again while its files were read, and
        # then they may be a mixture; its manifest's version tells.
        known, listed = listed, published(lake)
    raise LakeUnavailable(
        "The lake was being published to all the while the mirror read it. The mirror is as it was;"
        " run `chartlake mirror` again."
    )


def _take_batch(
    lake: Lake,
    connection: duckdb.DuckDBPyConnection,
    batch: list[Partition],
    versions: Watermarks,
) -> None:
    _forget(connection, batch)
    with tempfile.TemporaryDirectory(prefix="chartlake-") as scratch:
        with ThreadPoolExecutor(THREADS) as pool:
            fetched = list(pool.map(lambda one: _fetch(lake, one, Path(scratch)), batch))
        for manifest, _ in fetched:
            _insert_manifest(connection, manifest, versions[manifest.partition])
        for table in TABLES:
            paths = [files[table] for _, files in fetched if table in files]
            insert_table(connection, table, paths, _IS_LISTED)


# Rows of a snapshot that no manifest lists yet do not count.
_IS_LISTED = "(chart_id, snapshot_at) in (select chart_id, snapshot_at from published_snapshots)"


def _fetch(lake: Lake, partition: Partition, scratch: Path) -> tuple[Manifest, dict[str, Path]]:
    key = partition.manifest_key
    manifest = Manifest.from_bytes(lake.read(key).body, key)
    paths = {}
    for table, file in manifest.files.items():
        suffix = file.key.rpartition(".")[2]
        paths[table] = scratch / f"{table}.{partition.month}.{partition.chart_id}.{suffix}"
        paths[table].write_bytes(_read_file(lake, file.key))
    return manifest, paths


def _read_file(lake: Lake, key: str) -> bytes:
    try:
        return lake.read(key).body
    except ObjectMissing as error:
        raise LakeRefused(
            f"The published file {key} is not there, though its manifest lists it. The mirror is as"
            " it was. Run `chartlake rebuild` to write it anew, then `chartlake mirror`."
        ) from error


def _insert_manifest(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, version: str
) -> None:
    partition = manifest.partition
    connection.execute(
        "insert into mirrored_partitions values (?, ?, ?)",
        [partition.chart_id, partition.month, version],
    )
    insert_snapshots(connection, manifest)


def _forget(connection: duckdb.DuckDBPyConnection, partitions: Iterable[Partition]) -> None:
    chosen = [(one.chart_id, one.month) for one in partitions]
    if not chosen:
        return
    connection.execute(
        "create or replace temp table forgotten (chart_id varchar, snapshot_month varchar)"
    )
    connection.executemany("insert into forgotten values (?, ?)", chosen)
    for table in (*TABLES, "published_snapshots"):
        connection.execute(
            f"delete from {table} using forgotten where {table}.chart_id = forgotten.chart_id"
            " and snapshot_at >= strptime(snapshot_month, '%Y-%m')"
            " and snapshot_at < strptime(snapshot_month, '%Y-%m') + interval 1 month"
        )
    connection.execute(
        "delete from mirrored_partitions using forgotten"
        " where mirrored_partitions.chart_id = forgotten.chart_id"
        " and mirrored_partitions.snapshot_month = forgotten.snapshot_month"
    )


def _count(path: Path) -> int:
    with reading(path) as connection:
        counted = connection.execute("select count(*) from published_snapshots").fetchone()
    return counted[0] if counted else 0


def _not_a_mirror(path: Path, error: duckdb.Error) -> str:
    reason = str(error).strip().splitlines()[0]
    return (
        f"{path} cannot be read as a mirror: {reason} The file was left as it is. If another"
        " program has it open for writing, close that; if it is something else, move it away or"
        " set CHARTLAKE_MIRROR to another path; then run `chartlake mirror`."
    )
