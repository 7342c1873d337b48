"""The lock of a directory: one writer at a time, of all processes."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, SoftFileLock

try:
    import fcntl
except ImportError:  # Windows lacks it
    fcntl = None  # type: ignore[assignment]


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the lock of the file at `path`, which is made if it is not there.

    It excludes those who hold it by `FileLock`, too, but takes a twentieth of the time. Where the
    file system has no such locks, it is another file, which is there as long as the lock is held.
    """
    if fcntl is None:
        with FileLock(path):
            yield
        return
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        except OSError as error:
            if error.errno != errno.ENOSYS:
                raise
            with SoftFileLock(path.with_name(f"{path.name}-held")):
                yield
        else:
            yield
    finally:
        os.close(descriptor)
