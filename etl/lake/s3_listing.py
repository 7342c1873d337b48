"""Listing a bucket, with one request for several prefixes where it finds everything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectTypeDef

# How many objects may lie between the keys that begin with several prefixes, themselves included.
NEAR = 100


def is_shown(key: str) -> bool:
    """Whether a key is a path to a file; S3 takes others, such as `a//b` and `../a`, too."""
    *folders, name = key.split("/")
    is_path = all(folder not in ("", ".", "..") for folder in folders)
    return is_path and name != "" and not name.startswith(".")


@dataclass(frozen=True, slots=True)
class Listing:
    """The objects of a bucket below `root`, in pages of a number of objects."""

    client: S3Client
    bucket: str
    root: str
    page_size: int

    def entries(self, prefixes: Sequence[str]) -> Iterator[ObjectTypeDef]:
        """The objects whose key below the root begins with one of the prefixes."""
        found = self._together(prefixes) if len(prefixes) > 1 else None
        return chain.from_iterable(map(self._by, prefixes)) if found is None else iter(found)

    def _by(self, prefix: str) -> Iterator[ObjectTypeDef]:
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket,
            Prefix=self.root + prefix,
            PaginationConfig={"PageSize": self.page_size},
        )
        for page in pages:
            yield from page.get("Contents", ())

    def _together(self, prefixes: Sequence[str]) -> Sequence[ObjectTypeDef] | None:
        """What one request finds from the first prefix on; None where more objects follow."""
        page = self.client.list_objects_v2(
            Bucket=self.bucket,
            Prefix=self.root,
            StartAfter=self.root + min(prefixes),
            MaxKeys=min(self.page_size, NEAR),
        )
        found = page.get("Contents", [])
        last = self.root + max(prefixes)
        if page["IsTruncated"] and (found[-1]["Key"] < last or found[-1]["Key"].startswith(last)):
            return None
        wanted = tuple(self.root + prefix for prefix in prefixes)
        return [entry for entry in found if entry["Key"].startswith(wanted)]
