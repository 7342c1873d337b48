"""Where data lies: one protocol, and two stores that keep it, a directory and S3."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from types import MappingProxyType
from typing import Final, Literal, Protocol, TypeVar

# Requests to S3 that run at the same time.
CONCURRENT_REQUESTS = 8
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_NO_VARIABLES: Mapping[str, str] = MappingProxyType({})


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
    """Objects by key; keys are paths with `/` on every operating system.

    Every method raises ServiceUnavailable where the store does not answer, and LakeError or
    AccessDenied where it refuses.
    """

    @property
    def location(self) -> str:
        """The directory or `s3://bucket[/prefix]`, as it was given."""

    @property
    def is_remote(self) -> bool:
        """Whether an answer takes so long that several are worth waiting for at the same time."""

    def list(self, *prefixes: str) -> list[StoredObject]:
        """All objects whose key begins with one of the prefixes, in the order of their keys.

        Several prefixes whose keys lie close together may cost one request. Names that begin with
        a dot, and the empty objects that stand for folders, are left out.
        """

    def find(self, key: str) -> StoredObject | None:
        """The object with that key, or None."""

    def read(self, key: str) -> Blob:
        """The object's bytes. Raises ObjectMissing."""

    def write(self, key: str, body: bytes, *, expected: Expected = ANY) -> str:
        """Write the object whole, and return its new version.

        With `expected`, write only if the object still has that version or, for None, if there is
        no such object yet. Raises WriteConflict otherwise.
        """

    def move(
        self, key: str, to: str, *, expected: Expected = ANY, landed_at: datetime | None = None
    ) -> None:
        """Move the object, over any other at `to`; the time it landed moves with it.

        With `expected`, move it only if it still has that version. A caller that knows when it
        landed (UTC) saves a request. Raises ObjectMissing, and WriteConflict.
        """

    def delete(self, key: str, *, expected: Expected = ANY) -> None:
        """Delete the object, if it exists.

        With `expected`, delete it only if it still has that version. Raises WriteConflict
        otherwise.
        """

    def list_drafts(self) -> builtins.list[str]:
        """The keys of what writes that died have left; nothing else shows or reads them."""

    def check_conditions(self) -> None:
        """Raise LakeError where the store does not keep the conditions of `write`.

        The first write does this, too. The result is kept in the lake.
        """


def open_lake(location: str, aws: Mapping[str, str] = _NO_VARIABLES) -> Lake:
    """The lake at a directory, or at `s3://bucket[/prefix]`.

    `aws` are AWS's own variables, for where the environment lacks them.
    """
    if location.startswith("s3://"):
        from etl.lake.s3 import S3Lake

        return S3Lake(location, aws)
    from etl.lake.directory import DirectoryLake

    return DirectoryLake(location)


def in_parallel(call: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """The results of a call for each item, in the order of the items.

    Several calls run at the same time. Raises what the first of them raises, once all have ended.
    """
    waiting = list(items)
    if len(waiting) < 2:
        return [call(item) for item in waiting]
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        return list(pool.map(call, waiting))


def for_each(lake: Lake, call: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """The results of a call on the lake for each item: in parallel where that is faster."""
    return in_parallel(call, items) if lake.is_remote else [call(item) for item in items]
