"""The landing zone: no raw file that is written to it takes the place of another one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from etl.errors import ObjectMissing, WriteConflict
from etl.lake import Lake
from etl.lake.layout import PENDING, PROCESSED, numbered_name


def write_pending(lake: Lake, name: str, body: bytes) -> str:
    """Write a raw file to the landing zone; returns its name there.

    Where another file has that name, it gets a number, as in a browser's downloads. The same bytes
    are written once.
    """
    for candidate in _candidates(name):
        try:
            lake.write(PENDING + candidate, body, expected=None)
            return candidate
        except WriteConflict:
            if _holds(lake, PENDING + candidate, body):
                return candidate
    raise AssertionError("candidates never end")


def write_once(lake: Lake, name: str, body: bytes) -> str:
    """Write a raw file to the landing zone, unless the archive has it; returns its name.

    Where a file with other bytes has that name in either, it gets a number: both are kept.
    """
    for candidate in _candidates(name):
        if lake.find(PROCESSED + candidate) is None:
            return write_pending(lake, candidate, body)
        if _holds(lake, PROCESSED + candidate, body):
            return candidate
    raise AssertionError("candidates never end")


def _holds(lake: Lake, key: str, body: bytes) -> bool:
    try:
        return lake.read(key).body == body
    except ObjectMissing:
        return False  # another run has archived it in the meantime


def _candidates(name: str) -> Iterator[str]:
    yield name
    for number in count(1):
        yield numbered_name(name, number)
