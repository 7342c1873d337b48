"""Replacing the mirror's file by one refresh at a time; who reads it keeps reading the old one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl.errors import MirrorError

try:
    import fcntl
except ImportError:  # on Windows
    fcntl = None  # type: ignore[assignment]

LOCK_SECONDS = 600


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Hold the lock of refreshes, which is a file beside `path`. Raises MirrorError."""
    lock = FileLock(path.with_name(f".{path.name}.lock"), timeout=LOCK_SECONDS)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise MirrorError(
            f"Another refresh of {path} has been running for {LOCK_SECONDS} seconds. The mirror was"
            " not changed. Run `chartlake mirror` again when that one has ended."
        ) from error
    except OSError as error:
        raise _unwritable(path, error.strerror or str(error)) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Where the new mirror is written; nothing of it stays behind if that fails.

    Raises MirrorError where it cannot be written.
    """
    draft = path.with_name(f".{path.name}.draft")
    files = (draft, write_ahead_log(draft))
    try:
        for leftover in files:
            leftover.unlink(missing_ok=True)
        yield draft
    except (OSError, duckdb.IOException, duckdb.FatalException) as error:
        raise _unwritable(path, str(error).splitlines()[0]) from error
    finally:
        for leftover in files:
            leftover.unlink(missing_ok=True)


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


def _unwritable(path: Path, reason: str) -> MirrorError:
    return MirrorError(
        f"The mirror {path} cannot be written: {reason}. What was there before was not changed."
        " Check that the disk has space and that you may write to the folder, or set"
        " CHARTLAKE_MIRROR to another path; then run `chartlake mirror`."
    )
