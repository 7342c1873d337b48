"""Files on this machine: written whole or not at all, and scratch folders."""

from __future__ import annotations

import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

# Without it, Windows would change the ends of lines.
_BINARY = getattr(os, "O_BINARY", 0)


def write_file(path: Path, body: bytes, *, is_private: bool = False) -> None:
    """Write `body` to `path`, whole or not at all. Raises OSError.

    A reader sees the old file or the new one, and so does the machine after a power failure. A
    private file may be read by its owner alone, from the first moment.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with draft_of(path, body, is_private=is_private) as draft:
        draft.replace(path)


@contextmanager
def draft_of(path: Path, body: bytes, *, is_private: bool = False) -> Iterator[Path]:
    """A new file beside `path` that holds `body`, to take the place of `path`.

    It is deleted if the `with` statement fails. Raises OSError.
    """
    # The dot keeps drafts out of listings.
    draft = path.with_name(f".{uuid.uuid4().hex}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode=0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(descriptor)
        if not is_private:
            draft.chmod(0o644)
        yield draft
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def scratch_folder() -> AbstractContextManager[str]:
    """A folder for temporary files, deleted at the end of the `with` statement."""
    return tempfile.TemporaryDirectory(prefix="chartlake-")
