"""The draft of a mirror: where a refresh writes, one refresh at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from etl.errors import MirrorError
from etl.mirror.swap import write_ahead_log

LOCK_SECONDS = 600


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Where the new mirror is written; nothing of it stays behind if that fails."""
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


@contextmanager
def exclusively(path: Path) -> Iterator[None]:
    """Make the folder of the mirror at `path`, and wait until no other refresh is at work.

    Raises MirrorError where that takes too long, or the folder cannot be written to.
    """
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


def _unwritable(path: Path, reason: str) -> MirrorError:
    return MirrorError(
        f"The mirror {path} cannot be written: {reason}. What was there before was not changed."
        " Check that the disk has space and that you may write to the folder, or set"
        " CHARTLAKE_MIRROR to another path; then run `chartlake mirror`."
    )
