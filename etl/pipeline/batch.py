"""The values that travel through the stages of a run, and the workspace that they share."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.database import connect
from etl.files import scratch_folder
from etl.lake import Lake
from etl.lake.layout import Partition
from etl.lake.manifest import Snapshot
from etl.pipeline.identify import Identity, Kind
from etl.sources.references import load_references, read_references


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file that was read; `number` tells it from the others of its batch, `size` in bytes."""

    number: int
    name: str
    sha256: str
    size: int
    kind: Kind
    landed_at: datetime
    identity: Identity


@dataclass(frozen=True, slots=True)
class Rejection:
    """A raw file that is not a valid snapshot: the first rule it breaks, and what breaks it."""

    name: str
    sha256: str
    rule: str
    offenders: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The file and the rule, with some of the offenders."""
        shown = "; ".join(self.offenders[:3])
        more = f"; and {len(self.offenders) - 3} more" if len(self.offenders) > 3 else ""
        return f"{self.name} breaks the rule “{self.rule}” ({shown}{more})"


@dataclass(frozen=True, slots=True)
class Batch:
    """Some raw files on their way from the lake's landing zone to its archive.

    `staged` files are laid out in the folders `chunks`; `rejected` ones break a rule. `snapshots`
    are those whose rows are in the tables `songs`, `albums` and `artists` of the workspace.
    """

    staged: tuple[RawFile, ...]
    rejected: tuple[Rejection, ...]
    chunks: tuple[Path, ...]
    snapshots: Mapping[Partition, tuple[Snapshot, ...]] = field(default_factory=dict)

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

    def new_folder(self) -> Path:
        """A new folder for temporary files, inside the scratch folder."""
        return Path(tempfile.mkdtemp(dir=self.folder))


@contextmanager
def open_workspace(lake: Lake, file_format: str) -> Iterator[Workspace]:
    """A workspace that knows what the lake's references say about tracks and artists."""
    with scratch_folder() as folder, connect(scratch=Path(folder)) as connection:
        load_references(connection, read_references(lake))
        yield Workspace(connection, Path(folder), file_format)
