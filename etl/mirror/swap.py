"""Replacing a DuckDB file while others read it; they keep reading the old one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from etl.errors import MirrorError


def replace_database(path: Path, draft: Path) -> None:
    """Put the closed database `draft` in the place of `path`, wholly or not at all.

    Raises MirrorError where another program has `path` open for writing.
    """
    _sync(draft, os.O_RDWR)
    if path.exists():
        _refuse_writer(path)
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


def _refuse_writer(path: Path) -> None:
    # In another process, because within one DuckDB returns the database that is open already.
    script = "import duckdb, sys; duckdb.connect(sys.argv[1], read_only=True).close()"
    probe = subprocess.run(
        [sys.executable, "-c", script, str(path)], capture_output=True, check=False
    )
    if probe.returncode != 0:
        raise MirrorError(
            f"{path} is open for writing in another program. The mirror was not changed. Close that"
            " program, or let it open the mirror read-only, and run `chartlake mirror` again."
        )


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
