"""The values that travel through the stages of a run, and the workspace that they share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.database import connect
from etl.lake import Lake, StoredObject
from etl.lake.layout import Partition
from etl.lake.manifest import Snapshot
from etl.pipeline.identify import Identity, identify
from etl.sources.references import load_references
from etl.wording import printable

# How much is read at once, and how much is published at once. With these, a run uses less than
# 300 MB of memory.
CHUNK_BYTES = 10 * 2**20
BATCH_BYTES = 64 * 2**20
CHUNK_FILES = 2000

Chunk = list[StoredObject]

# Receives how many raw files are done, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file that was read; `number` tells it from the others of its batch.

    `version` is that of the object that was read.
    """

    number: int
    name: str
    sha256: str
    version: str
    landed_at: datetime
    identity: Identity


@dataclass(frozen=True, slots=True)
class Rejection:
    """A raw file that is not a valid snapshot: the first rule it breaks, and what breaks it."""

    name: str
    sha256: str
    version: str
    rule: str
    offenders: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The file and the rule, with some of the offenders."""
        shown = "; ".join(self.offenders[:3])
        more = f"; and {len(self.offenders) - 3} more" if len(self.offenders) > 3 else ""
        return printable(f"{self.name} breaks the rule “{self.rule}” ({shown}{more})")


@dataclass(frozen=True, slots=True)
class Unread:
    """A raw file that the store does not hand out, and why; it stays where it is."""

    name: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some raw files on their way from the lake's landing zone to its archive.

    `staged` files are laid out in the folders `chunks`; `rejected` ones break a rule, and `unread`
    ones could not be read. `snapshots` are those whose rows are in the tables `songs`, `albums` and
    `artists` of the workspace, and `ranges` the first and last row of a partition in a table, which
    is sorted.
    """

    staged: tuple[RawFile, ...]
    rejected: tuple[Rejection, ...]
    chunks: tuple[Path, ...]
    unread: tuple[Unread, ...] = ()
    snapshots: Mapping[Partition, tuple[Snapshot, ...]] = field(default_factory=dict)
    ranges: Mapping[tuple[str, Partition], tuple[int, int]] = field(default_factory=dict)

    def delete_files(self) -> None:
        """Delete the staged files, which are no longer needed."""
        for chunk in self.chunks:
            shutil.rmtree(chunk)


@dataclass(frozen=True, slots=True)
class Workspace:
    """One run's DuckDB connection and scratch folder, and the format in which it writes."""

    connection: duckdb.DuckDBPyConnection
    folder: Path
    file_format: str


@contextmanager
def open_workspace(lake: Lake, file_format: str) -> Iterator[Workspace]:
    """A workspace that knows what the lake's references say about tracks and artists."""
    with (
        tempfile.TemporaryDirectory(prefix="chartlake-") as folder,
        connect(scratch=Path(folder)) as connection,
    ):
        # With it, DuckDB 2.0 writes other bytes for the same rows when other rows are in the table.
        connection.execute("set disabled_optimizers = 'statistics_propagation'")
        load_references(connection, lake)
        yield Workspace(connection, Path(folder), file_format)


def in_batches(objects: Iterable[StoredObject]) -> Iterator[list[Chunk]]:
    """Raw files that are published together, in chunks that are read together.

    Files of one partition follow each other, as far as their names tell, so that each partition is
    written once or twice, not for every file; and within one, in the order in which they landed.
    """
    batch: list[Chunk] = []
    size = 0
    for chunk in in_chunks(sorted(objects, key=_order)):
        added = sum(stored.size for stored in chunk)
        if batch and size + added > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(chunk)
        size += added
    if batch:
        yield batch


def in_chunks(objects: Iterable[StoredObject]) -> Iterator[Chunk]:
    """Raw files that are read together; a large file is a chunk by itself."""
    chunk: Chunk = []
    size = 0
    for stored in objects:
        if chunk and (size + stored.size > CHUNK_BYTES or len(chunk) == CHUNK_FILES):
            yield chunk
            chunk, size = [], 0
        chunk.append(stored)
        size += stored.size
    if chunk:
        yield chunk


def _order(stored: StoredObject) -> tuple[object, ...]:
    named = identify(stored.key)
    month = f"{named.snapshot_at:%Y-%m}" if named.snapshot_at else ""
    return named.chart_id or "", month, stored.modified_at
