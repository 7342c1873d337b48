"""The two conditions that a store must keep, and a probe of them.

Publishing is safe only where a store creates an object only if there is none, and replaces one only
if it has not changed. Several servers accept the headers and ignore them.
"""

from __future__ import annotations

import json
import uuid

from etl.errors import LakeError, WriteConflict
from etl.lake import Lake
from etl.lake.layout import CONDITIONS, STATE


def probe_conditions(lake: Lake) -> None:
    """Try both conditions on an object of its own, and note in the lake that they are kept.

    Raises LakeError where the store ignores one.
    """
    key = f"{STATE}probe-{uuid.uuid4().hex}"
    try:
        first = lake.write(key, b"first", expected=None)
        if not _is_refused(lake, key, b"second", None):
            raise unsuitable(lake.location, "it creates an object although there is one")
        lake.write(key, b"third", expected=first)
        if not _is_refused(lake, key, b"fourth", first):
            raise unsuitable(lake.location, "it replaces an object although it has changed")
    finally:
        lake.delete(key)
    kept = {"create_if_absent": True, "replace_if_unchanged": True}
    lake.write(CONDITIONS, json.dumps(kept).encode() + b"\n")


def unsuitable(location: str, reason: str) -> LakeError:
    """The error for a store that does not keep the conditions."""
    return LakeError(
        f"{location} cannot be a lake: {reason}. Snapshots could be lost there when two programs"
        " publish at the same time, so nothing was published. Use a store with conditional writes,"
        " such as Amazon S3; docs/lake.md lists those that are known to have them."
    )


def _is_refused(lake: Lake, key: str, body: bytes, expected: str | None) -> bool:
    try:
        lake.write(key, body, expected=expected)
    except WriteConflict:
        return True
    return False
