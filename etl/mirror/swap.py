"""Replacing a DuckDB file while others read it; they keep reading the old one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import MirrorError

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]


def replace_database(path: Path, draft: Path) -> None:
    """Put the closed database `draft` in the place of `path`, wholly or not at all.

    Raises MirrorError where another program has `path` open for writing.
    """
    _sync(draft, os.O_RDWR)
    with _without_writers(path):
        # DuckDB finds a write-ahead log by its name, and would apply to the new file what another
        # program once wrote to the old one.
        log = write_ahead_log(path)
        if log.exists():
            log.rename(path.with_name(f"{path.name}.wal.aside-{time.time_ns()}"))
        draft.replace(path)
    if os.name != "nt":  # Windows cannot open a folder, and has no need to
        _sync(path.parent, os.O_RDONLY)


def write_ahead_log(path: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of the database at `path`."""
    return path.with_name(f"{path.name}.wal")


@contextmanager
def _without_writers(path: Path) -> Iterator[None]:
    """Hold the lock of DuckDB's readers, which they get while no other program writes.

    DuckDB itself would not ask for it where this process still reads a file that was replaced.
    """
    if not path.exists():
        yield
        return
    with path.open("rb") as file:
        if fcntl is None:
            file.close()  # Windows opens no file that is being written, and replaces no open one
        else:
            _lock_as_reader(path, file.fileno())
        yield


def _lock_as_reader(path: Path, descriptor: int) -> None:
    try:
        fcntl.lockf(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        raise MirrorError(
            f"{path} is open for writing in another program. The mirror was not changed. Close that"
            " program, or let it open the mirror read-only, and run `chartlake mirror` again."
        ) from error


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
