"""The two lakes behind one door: a directory, and S3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Final, Literal, Protocol


class _Any(Enum):
    ANY = "any"


ANY: Final = _Any.ANY
Expected = str | None | Literal[_Any.ANY]


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as a listing shows it; `size` is in bytes, times are UTC."""

    key: str
    size: int
    modified_at: datetime
    version: str


@dataclass(frozen=True, slots=True)
class Blob:
    """An object's bytes, their version, and when the object first landed in the lake (UTC)."""

    body: bytes
    version: str
    landed_at: datetime


class Lake(Protocol):
    """Where everything lies; keys are paths with `/`, whatever the system."""

    @property
    def location(self) -> str:
        """The directory or `s3://bucket[/prefix]`, as it was given."""

    def list(self, prefix: str) -> list[StoredObject]:
        """All objects whose key begins with `prefix`, in the order of their keys.

        Names that begin with a dot, and the empty objects that stand for folders, are left out.
        """

    def find(self, key: str) -> StoredObject | None:
        """The object of that key, or None."""

    def read(self, key: str) -> Blob:
        """The object's bytes. Raises ObjectMissing."""

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        """Write the object whole, and return its new version.

        With `expected`, only if it has that version still, or, for None, if there is none yet;
        raises PublishConflict otherwise.
        """

    def move(self, key: str, to: str) -> None:
        """Move the object, over any other at `to`; when it landed goes with it."""

    def delete(self, key: str) -> None:
        """Delete the object, if it is there."""


def open_lake(location: str) -> Lake:
    """The lake at a directory, or at `s3://bucket[/prefix]`."""
    if location.startswith("s3://"):
        from etl.lake.s3 import S3Lake

        return S3Lake(location)
    from etl.lake.directory import DirectoryLake

    return DirectoryLake(location)
