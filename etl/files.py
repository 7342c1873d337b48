"""Files on this machine: written whole or not at all, and scratch folders."""

from __future__ import annotations

import errno
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from etl.errors import ServiceUnavailable

try:
    import fcntl
except ImportError:  # Windows lacks it
    fcntl = None  # type: ignore[assignment]

# Without it, Windows would change the ends of lines.
_BINARY = getattr(os, "O_BINARY", 0)
# A full disk, a quota, and the largest file that a process may write.
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def write_file(path: Path, body: bytes, *, is_private: bool = False) -> None:
    """Write `body` to `path`, whole or not at all. Raises OSError.

    A reader sees the old file or the new one, and so does the machine after a power failure. A
    private file may be read by its owner alone, from the first moment.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_in(path.parent, body, is_private=is_private) as draft:
        draft.replace(path)


@contextmanager
def draft_in(folder: Path, body: bytes, *, is_private: bool = False) -> Iterator[Path]:
    """A new file in a folder that holds `body`, to take the place of another.

    It is locked until the `with` statement ends, and deleted if that fails: a draft without a lock
    belongs to a process that died. Raises OSError, which names the folder if it takes no file.
    """
    # The dot keeps drafts out of listings.
    draft = folder / f".{uuid.uuid4().hex}"
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode=0o600)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(folder)) from error
    with os.fdopen(descriptor, "wb") as file:
        try:
            try_lock(descriptor)
            file.write(body)
            file.flush()
            os.fsync(descriptor)
            if not is_private:
                draft.chmod(0o644)
            if fcntl is None:
                file.close()  # Windows moves no open file, and deletes none
            yield draft
        except BaseException:
            if fcntl is None:
                file.close()
            draft.unlink(missing_ok=True)
            raise


def try_lock(descriptor: int) -> bool | None:
    """Lock an open file, unless another holds its lock; None where it cannot be locked."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


@contextmanager
def scratch_folder() -> Iterator[str]:
    """A folder for temporary files, deleted at the end of the `with` statement.

    Raises ServiceUnavailable where the disk has no room for what is written within.
    """
    with tempfile.TemporaryDirectory(prefix="chartlake-") as folder:
        try:
            yield folder
        except Exception as error:
            if not lacks_room(error, folder):
                raise
            raise ServiceUnavailable(
                f"There is no room for temporary files in {tempfile.gettempdir()}. What was"
                " published before is whole, and pending files are still pending. Free some space,"
                " or set TMPDIR to a folder that has more; then run the command again.",
                service="the disk",
            ) from error


def lacks_room(error: Exception, folder: str | Path = "") -> bool:
    """Whether there was no room for what was to be written.

    DuckDB says so in words, with the name of the file, which is in `folder`.
    """
    if isinstance(error, OSError):
        return error.errno in _NO_ROOM
    text = str(error)
    return str(folder) in text and any(os.strerror(number) in text for number in _NO_ROOM)
