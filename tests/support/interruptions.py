"""Commands that die at a chosen operation of the lake, and what must be true afterwards.

As a program, it runs a command and is killed: NAME LOCATION MIRROR OPERATION.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any

from etl.database import connect
from etl.errors import PartitionUnsettled
from etl.lake import Lake, open_lake
from etl.lake.partitions import read_manifests
from etl.mirror.refresh import refresh
from etl.pipeline.enrich import enrich
from etl.pipeline.land import land_file
from etl.pipeline.process import process_pending
from etl.pipeline.purge import plan_purge, purge
from etl.pipeline.rebuild import rebuild
from etl.pipeline.unfinished import finish_unfinished
from etl.settings import load_settings
from etl.sources.references import Answer, Reference, write_reference
from tests.support import made_up
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    derived_objects,
    history,
    lake_contents,
    month_body,
    month_name,
    playlist_body,
    playlist_name,
    put_pending,
    replace_in_archive,
    table_rows,
)

CHANGES = ("write", "move", "delete")
READS = ("list", "find", "read")
LATER = datetime(2026, 1, 12, tzinfo=UTC)

# In the archive of an older version, the first of two files of that name has lost it.
OLDER = "older.json"
FIRST = {
    **history(2),
    "bad.json": b"{",
    "list.json": playlist_body(5),
    month_name("zz"): month_body(0, 1),
    OLDER: playlist_body(7),
}
SECOND = {
    "worse.json": b"[",
    "list.json": playlist_body(6),  # both are needed
    month_name("zz"): month_body(1, first=20),  # both are needed
    OLDER: playlist_body(8),
    chart_name(0): chart_body(30),  # replaces
    playlist_name(0): playlist_body(0, first=40),  # replaces
    playlist_name(2): playlist_body(2),
    chart_name(2): chart_body(2),
    chart_name(1, "yy").replace(".csv", " (1).csv"): chart_body(4),  # has another name
}

# Each of these returns rows if a reader sees one part of a run without another.
INCONSISTENCIES = (
    "select chart_id, snapshot_at from snapshots left join songs using (chart_id, snapshot_at)"
    " group by all having count(songs.position) <> any_value(snapshots.entries)",
    "select song_id from songs anti join snapshots using (chart_id, snapshot_at)",
    "select song_id from songs anti join albums using (chart_id, snapshot_at, album_id)"
    " where album_id is not null",
    "select album_id from albums anti join songs using (chart_id, snapshot_at, album_id)",
    "select artist_id from artists anti join songs using (chart_id, snapshot_at, artist_id)",
)


class ProcessDied(BaseException):
    """Simulates the death of the process. The product does not catch it."""


def raise_death() -> None:
    """Die as far as this process is concerned."""
    raise ProcessDied


def kill_process() -> None:
    """Die as when the machine is switched off."""
    os.kill(os.getpid(), signal.SIGKILL)


class DyingLake:
    """A lake that does a number of operations, and then dies."""

    def __init__(
        self,
        lake: Lake,
        allowed: int,
        operations: tuple[str, ...],
        die: Callable[[], None] = raise_death,
    ) -> None:
        self.lake, self.allowed, self.done = lake, allowed, 0
        self._operations, self._die, self._lock = operations, die, Lock()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.lake, name)
        return self._counted(method) if name in self._operations else method

    def _counted(self, method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            with self._lock:
                if self.done >= self.allowed:
                    self._die()
                self.done += 1
            return method(*args, **kwargs)

        return call


@dataclass(frozen=True)
class Command:
    """A command that writes; `others` are those that must finish it as well when it dies."""

    prepare: Callable[[Lake, Path], None]
    run: Callable[[Any, Path], object]
    others: tuple[str, ...] = ()
    operations: tuple[str, ...] = CHANGES
    # Whether the mirror has what is published when the command begins.
    mirror_is_current: bool = True
    may_delete_snapshots: bool = False
    # References are named after the moment at which they were learned.
    compared: Callable[[Lake], Mapping[str, bytes]] = lake_contents


def _pending(lake: Lake, mirror: Path) -> None:
    put_pending(lake, FIRST)
    process_pending(lake, "parquet")
    replace_in_archive(lake, OLDER)
    put_pending(lake, SECOND)


def _published(lake: Lake, mirror: Path) -> None:
    _pending(lake, mirror)
    process_pending(lake, "parquet")
    refresh(lake, mirror)


def _learned(lake: Lake, mirror: Path) -> None:
    """What is known about a track of the chart files was learned, and not yet applied."""
    _published(lake, mirror)
    track = made_up.track(3)
    answers = (Answer(track["id"], track),)
    write_reference(lake, Reference("spotify", "track", LATER, answers))


def _land(lake: Lake, mirror: Path) -> None:
    downloads = mirror.parent / "downloads"
    downloads.mkdir(exist_ok=True)
    for name, body in SECOND.items():
        (downloads / name).write_bytes(body)
        land_file(lake, downloads / name)


def _enrich(lake: Lake, mirror: Path) -> None:
    enrich(lake, load_settings(mirror=mirror), 10)


def _purge(lake: Lake, mirror: Path) -> None:
    finish_unfinished(lake, "parquet")
    purge(lake, load_settings(mirror=mirror), plan_purge(lake, datetime(2126, 1, 1, tzinfo=UTC)))


def _refresh(lake: Lake, mirror: Path) -> None:
    finish_unfinished(lake, "parquet")
    refresh(lake, mirror)


COMMANDS = {
    "land": Command(_pending, _land),
    "process": Command(_pending, lambda lake, mirror: process_pending(lake, "parquet")),
    "process as CSV": Command(_pending, lambda lake, mirror: process_pending(lake, "csv")),
    "rebuild": Command(
        _learned, lambda lake, mirror: rebuild(lake, "parquet"), others=("process", "mirror")
    ),
    "rebuild as CSV": Command(_published, lambda lake, mirror: rebuild(lake, "csv")),
    "enrich": Command(_learned, _enrich, compared=derived_objects),
    "purge": Command(_learned, _purge, others=("process", "mirror"), may_delete_snapshots=True),
    "mirror": Command(_published, _refresh, operations=(*CHANGES, *READS), mirror_is_current=False),
}


def final_state(lake: Lake, mirror: Path, command: Command) -> tuple[object, object]:
    """What is in the lake and in the mirror once everything is done."""
    _refresh(lake, mirror)
    assert [stored.key for stored in lake.list("state/unfinished")] == []
    return command.compared(lake), table_rows(mirror)


def assert_readers_see_whole_snapshots(lake: Lake, mirror: Path) -> None:
    """Refresh the mirror, except for what is unsettled, and look for parts without the others."""
    with suppress(PartitionUnsettled):
        refresh(lake, mirror)
    with connect(mirror, read_only=True) as connection:
        for sql in INCONSISTENCIES:
            assert connection.execute(sql).fetchall() == []


def listed_snapshots(lake: Lake) -> set[tuple[str, datetime]]:
    """The snapshots that manifests list."""
    return {
        (manifest.partition.chart_id, snapshot.snapshot_at)
        for manifest in read_manifests(lake)
        for snapshot in manifest.snapshots
    }


def main(name: str, location: str, mirror: str, allowed: str) -> None:
    """Run the command, and be killed after so many operations."""
    command = COMMANDS[name]
    lake = DyingLake(open_lake(location), int(allowed), command.operations, kill_process)
    command.run(lake, Path(mirror))


if __name__ == "__main__":
    main(*sys.argv[1:])
