"""Files on this machine: written whole or not at all, and scratch folders."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path


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

    It is deleted at the end of the `with` statement, unless it was moved. Raises OSError.
    """
    # mkstemp makes files that only their owner may read. The dot keeps drafts out of listings.
    descriptor, name = tempfile.mkstemp(prefix=".", dir=path.parent)
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
        if not is_private:
            draft.chmod(0o644)
        yield draft
    finally:
        draft.unlink(missing_ok=True)


def scratch_folder() -> AbstractContextManager[str]:
    """A folder for temporary files, deleted at the end of the `with` statement."""
    return tempfile.TemporaryDirectory(prefix="chartlake-")
