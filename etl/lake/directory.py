"""A lake in a directory."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from etl.errors import LakeRefused, LakeUnavailable, ObjectMissing, PublishConflict
from etl.lake import ANY, Blob, Expected, StoredObject

_PASSING = {errno.ENOSPC, errno.EIO, errno.EAGAIN, errno.EBUSY, errno.ETIMEDOUT, errno.ESTALE}


class DirectoryLake:
    """Objects are files; each write replaces a file whole, under one lock for all writers."""

    def __init__(self, location: str) -> None:
        self.location = location
        self._root = Path(location)
        self._lock = FileLock(self._root / ".lock")

    def list(self, prefix: str) -> list[StoredObject]:
        with _translated(self.location, prefix):
            folder = self._root / prefix.rpartition("/")[0]
            keys = (path.relative_to(self._root).as_posix() for path in _files(folder))
            found = (self.find(key) for key in sorted(keys) if key.startswith(prefix))
            return [one for one in found if one]

    def find(self, key: str) -> StoredObject | None:
        path = self._path(key)
        with _translated(self.location, key):
            try:
                stat = path.stat()
            except (FileNotFoundError, NotADirectoryError):
                return None
            return StoredObject(key, stat.st_size, _time(stat), _version(stat))

    def read(self, key: str) -> Blob:
        path = self._path(key)
        with _translated(self.location, key), path.open("rb") as file:
            stat = os.fstat(file.fileno())
            return Blob(file.read(), _version(stat), _time(stat))

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        path = self._path(key)
        with _translated(self.location, key):
            path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock:
                self._expect(key, expected)
                return _replace(path, body)

    def move(self, key: str, to: str) -> None:
        source, target = self._path(key), self._path(to)
        with _translated(self.location, key):
            if not source.exists():
                raise FileNotFoundError(errno.ENOENT, "missing")
            target.parent.mkdir(parents=True, exist_ok=True)
            source.replace(target)

    def delete(self, key: str) -> None:
        path = self._path(key)
        with _translated(self.location, key):
            path.unlink(missing_ok=True)

    def _expect(self, key: str, expected: Expected) -> None:
        if expected is ANY:
            return
        found = self.find(key)
        if (found.version if found else None) != expected:
            raise PublishConflict(
                f"{key} in {self.location} was written by another program in the meantime; its"
                " version stands. Run the command again."
            )

    def _path(self, key: str) -> Path:
        parts = key.split("/")
        if not key or any(part in ("", ".", "..") for part in parts) or "\0" in key:
            raise LakeRefused(f"{key!r} is no key of a lake; nothing was read or written.")
        return self._root.joinpath(*parts)


def _files(folder: Path) -> Iterator[Path]:
    for parent, _, names in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            if not name.startswith(".") and path.is_file():
                yield path


def _replace(path: Path, body: bytes) -> str:
    descriptor, draft = tempfile.mkstemp(prefix=".", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
            os.fchmod(file.fileno(), 0o644)
            stat = os.fstat(file.fileno())
        Path(draft).replace(path)
        return _version(stat)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


# Every write makes a new file, so that two versions never agree in all three.
def _version(stat: os.stat_result) -> str:
    return f"{stat.st_mtime_ns:x}-{stat.st_size:x}-{stat.st_ino:x}"


def _time(stat: os.stat_result) -> datetime:
    return datetime.fromtimestamp(stat.st_mtime_ns / 1e9, UTC)


@contextmanager
def _translated(location: str, key: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectMissing(f"There is no {key} in the lake {location}.") from error
    except OSError as error:
        reason = f"{key} in the lake {location}: {error.strerror}."
        if error.errno in _PASSING:
            raise LakeUnavailable(
                f"{reason} What was written before is whole; run again."
            ) from error
        raise LakeRefused(
            f"{reason} Nothing was changed there. Check the setting CHARTLAKE_LAKE, and that the"
            " folder is yours to read and write."
        ) from error
