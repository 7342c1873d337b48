"""Files on this machine: written whole or not at all, and scratch folders."""

from __future__ import annotations

import os
import tempfile
from contextlib import AbstractContextManager
from pathlib import Path


def write_file(path: Path, body: bytes, *, is_private: bool = False) -> os.stat_result:
    """Write `body` to `path`, whole or not at all; returns the status of the new file.

    A reader sees the old file or the new one, and so does the machine after a power failure. A
    private file may be read by its owner alone, from the first moment. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
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
        status = draft.stat()
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return status


def scratch_folder() -> AbstractContextManager[str]:
    """A folder for temporary files, deleted at the end of the `with` statement."""
    return tempfile.TemporaryDirectory(prefix="chartlake-")
