"""Drafts that writes which died have left; no listing shows them."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from etl.files import try_lock

_NAME = re.compile(r"\.[0-9a-f]{32}")
# Where locks tell nothing, what is older than this was left (seconds).
_DAY = 24 * 3600


def left_below(folder: str) -> Iterator[Path]:
    """The paths of the drafts in a folder, and in those below it, that no process writes."""
    for parent, _, names in os.walk(folder):
        paths = (Path(parent, name) for name in names if _NAME.fullmatch(name))
        yield from filter(_is_left, paths)


def delete_left(folder: str) -> None:
    """Delete the drafts in a folder that no process writes."""
    try:
        paths = list(Path(folder).iterdir())
    except OSError:
        return  # there is no folder yet; or else a write to it says why
    for path in paths:
        if _NAME.fullmatch(path.name) and _is_left(path):
            path.unlink(missing_ok=True)


def _is_left(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
    except OSError:
        return False  # it has taken its place in the meantime, or is somebody else's
    try:
        is_free = try_lock(descriptor)
        if is_free is None:
            return time.time() - os.fstat(descriptor).st_mtime > _DAY
        return is_free
    finally:
        os.close(descriptor)
