"""A lake in a directory."""

from __future__ import annotations

import builtins
import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from stat import S_ISREG
from threading import Lock
from typing import TypeVar

from etl.errors import LakeError, ObjectMissing, ServiceUnavailable, WriteConflict
from etl.files import draft_in
from etl.lake import ANY, Blob, Expected, StoredObject
from etl.lake.drafts import delete_left, left_below
from etl.lake.layout import STATE
from etl.lake.locks import exclusive_lock

_PASSING = {errno.ENOSPC, errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ETIMEDOUT, errno.ESTALE}
_Result = TypeVar("_Result")


class DirectoryLake:
    """Objects are files; each write replaces a file whole, under one lock for all writers.

    Raises LakeError where there is something at the location that is not a folder.
    """

    is_remote = False

    def __init__(self, location: str) -> None:
        self.location = location
        # Paths as text: a `Path` takes longer to make than its file to find.
        self._root = str(Path(location))
        self._lock_file = Path(location, ".lock")
        self._drafts = self._path(STATE.rstrip("/"))
        self._is_tidy = False
        self._threads = Lock()
        if os.path.lexists(self._root) and not os.path.isdir(self._root):
            raise LakeError(
                f"{location} cannot be a lake: it is not a folder. Nothing was read or written."
                " Check the setting CHARTLAKE_LAKE."
            )

    def list(self, *prefixes: str) -> list[StoredObject]:
        """Objects by prefix, as `Lake` describes."""
        keys = sorted({key for prefix in prefixes for key in self._keys(prefix)})
        found = (self.find(key) for key in keys)
        return [stored for stored in found if stored]

    def _keys(self, prefix: str) -> Iterator[str]:
        with _translated(self.location, prefix):
            folder = Path(self._root, prefix.rpartition("/")[0])
            for parent, _, names in os.walk(folder, onerror=_raise_unless_missing):
                above = Path(parent).relative_to(self._root).parts
                visible = (name for name in names if not name.startswith("."))
                keys = ("/".join((*above, name)) for name in visible)
                yield from (key for key in keys if key.startswith(prefix))

    def find(self, key: str) -> StoredObject | None:
        """One object, as `Lake` describes."""
        path = self._path(key)
        with _translated(self.location, key):
            try:
                status = os.stat(path)
            except (FileNotFoundError, NotADirectoryError):
                return None
            if not S_ISREG(status.st_mode):
                return None
            return StoredObject(key, status.st_size, _time(status), _version(status))

    def read(self, key: str) -> Blob:
        """An object's bytes, as `Lake` describes."""
        with _translated(self.location, key), open(self._path(key), "rb") as file:
            status = os.fstat(file.fileno())
            return Blob(file.read(), _version(status), _time(status))

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        """Write an object, as `Lake` describes."""
        path = self._path(key)
        with _translated(self.location, key):
            if not self._is_tidy:
                delete_left(self._drafts)
                self._is_tidy = True
            try:
                return _in_folder(
                    self._drafts, lambda: self._replace(self._drafts, path, key, body, expected)
                )
            except OSError as error:
                if error.errno != errno.EXDEV:
                    raise
            # A folder of the lake may be on a disk of its own.
            folder = os.path.dirname(path)
            return _in_folder(folder, lambda: self._replace(folder, path, key, body, expected))

    def _replace(self, drafts: str, path: str, key: str, body: bytes, expected: Expected) -> str:
        with draft_in(Path(drafts), body) as draft, self._locked():
            self._check(key, expected)
            version = _version(draft.stat())
            _in_folder(os.path.dirname(path), lambda: draft.replace(path))
            return version

    def move(
        self, key: str, to: str, *, expected: Expected = ANY, landed_at: datetime | None = None
    ) -> None:
        """Move an object, as `Lake` describes."""
        source, target = self._path(key), self._path(to)
        with _translated(self.location, key):
            if not os.path.exists(source):
                raise FileNotFoundError(errno.ENOENT, "missing")
            with self._locked():
                self._check(key, expected)
                _in_folder(os.path.dirname(target), lambda: os.replace(source, target))

    def delete(self, key: str, *, expected: Expected = ANY) -> None:
        """Delete an object, as `Lake` describes."""
        path = self._path(key)
        with _translated(self.location, key):
            if not os.path.exists(path):
                return
            with self._locked():
                self._check(key, expected)
                Path(path).unlink(missing_ok=True)

    def list_drafts(self) -> builtins.list[str]:
        """Drafts that were left, as `Lake` describes."""
        return sorted(path.relative_to(self._root).as_posix() for path in left_below(self._root))

    def check_conditions(self) -> None:
        """Nothing to check: the lock keeps the conditions."""

    @contextmanager
    def _locked(self) -> Iterator[None]:
        # Where the lock is one that is asked for again and again, threads need not wait like that.
        with self._threads, exclusive_lock(self._lock_file):
            yield

    def _check(self, key: str, expected: Expected) -> None:
        if expected is ANY:
            return
        found = self.find(key)
        if (found.version if found else None) != expected:
            raise WriteConflict(
                f"Another program changed {key} in {self.location} in the meantime; its version"
                " stands. Run the command again."
            )

    def _path(self, key: str) -> str:
        if not {"", ".", ".."}.isdisjoint(key.split("/")) or "\0" in key:
            raise LakeError(f"{key!r} is not a valid key; nothing was read or written.")
        return f"{self._root}{os.sep}{key}"


def _in_folder(folder: str, call: Callable[[], _Result]) -> _Result:
    """The result of a call that needs the folder, which is there but for the first."""
    try:
        return call()
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        return call()


def _raise_unless_missing(error: OSError) -> None:
    # What lies in a folder that cannot be read is not missing.
    if not isinstance(error, FileNotFoundError):
        raise error


# Every write creates a new file, so no two versions agree in all three.
def _version(status: os.stat_result) -> str:
    return f"{status.st_mtime_ns:x}-{status.st_size:x}-{status.st_ino:x}"


def _time(status: os.stat_result) -> datetime:
    return datetime.fromtimestamp(status.st_mtime_ns / 1e9, UTC)


@contextmanager
def _translated(location: str, key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(f"There is no {key} in the lake {location}.") from error
    except OSError as error:
        reason = f"{key} in the lake {location}: {error.strerror}."
        if error.errno in _PASSING:
            raise ServiceUnavailable(
                f"{reason} Everything written before is whole. Run the command again.",
                service="the disk",
            ) from error
        raise LakeError(
            f"{reason} That object was not changed. Check the setting CHARTLAKE_LAKE, and that"
            " you may read and write the folder."
        ) from error
