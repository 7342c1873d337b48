"""The values that travel through the stages of a run, and the workspace that they share."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import duckdb

from etl.database import connect
from etl.files import scratch_folder
from etl.lake import CONCURRENT_REQUESTS, Lake, StoredObject
from etl.lake.layout import Partition
from etl.lake.manifest import Snapshot
from etl.pipeline.identify import Identity
from etl.sources.references import load_references, read_references
from etl.wording import printable

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

# The snapshots, by chart and time (UTC), that manifests list of a raw file with a name and SHA-256.
Listed = Mapping[tuple[str, str], Collection[tuple[str, datetime]]]

# Receives how many raw files are done, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file that was read, with one of its snapshots.

    `number` tells that from the others of the batch; most files have one, those of a month many.
    `version` is that of the object that was read; `chart_name` is what the content calls the chart.
    Of files with the same snapshot, one with a smaller `precedence` outranks the others.
    """

    number: int
    name: str
    sha256: str
    version: str
    landed_at: datetime
    identity: Identity
    chart_name: str | None = None
    precedence: int = 1


@dataclass(frozen=True, slots=True)
class Rejection:
    """A raw file that is not a valid snapshot: the first rule it breaks, and what breaks it."""

    name: str
    sha256: str
    version: str
    landed_at: datetime
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

    `staged` files are laid out in `folder`; `rejected` ones break a rule, and `unread` ones could
    not be read. `snapshots` are those whose rows are in the tables `songs`, `albums` and `artists`
    of the workspace. These are sorted, and `ranges` has, by table, the first and last row of each
    partition. Files named in `replacing` take the place of another of their name in the archive.
    """

    staged: tuple[RawFile, ...]
    rejected: tuple[Rejection, ...]
    folder: Path
    unread: tuple[Unread, ...] = ()
    snapshots: Mapping[Partition, tuple[Snapshot, ...]] = field(default_factory=dict)
    ranges: Mapping[str, Mapping[Partition, tuple[int, int]]] = field(default_factory=dict)
    replacing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Workspace:
    """What the stages of a run share: DuckDB, a scratch folder, threads, and the lake's format.

    The threads are for requests to the lake; the connection is used by one thread at a time.
    """

    connection: duckdb.DuckDBPyConnection
    folder: Path
    threads: ThreadPoolExecutor
    file_format: str

    def for_each(
        self, lake: Lake, call: Callable[[_Item], _Result], items: Iterable[_Item]
    ) -> Iterator[_Result]:
        """The results of a call on the lake for each item: by the threads where that is faster."""
        return self.threads.map(call, items) if lake.is_remote else map(call, items)


@contextmanager
def open_workspace(
    lake: Lake, file_format: str, listed: Iterable[StoredObject] | None = None
) -> Iterator[Workspace]:
    """A workspace that knows what the lake's references say about tracks and artists.

    The references are among the `listed` objects, if these are given.
    """
    references = read_references(lake, listed)
    with (
        scratch_folder() as folder,
        ThreadPoolExecutor(CONCURRENT_REQUESTS) as threads,
        connect(scratch=Path(folder)) as connection,
    ):
        # With it, DuckDB 2.0 writes other bytes for the same rows when other rows are in the table.
        connection.execute("set disabled_optimizers = 'statistics_propagation'")
        load_references(connection, references)
        yield Workspace(connection, Path(folder), threads, file_format)
