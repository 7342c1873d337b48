"""Grouping: which raw files go through DuckDB together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from etl.lake import StoredObject
from etl.pipeline.identify import identify

# With chunks and groups of these sizes, a run uses less than 300 MB of memory.
CHUNK_BYTES = 10 * 2**20
GROUP_BYTES = 64 * 2**20
GROUP_FILES = 2000

# Receives how many raw files are done, and how many there are.
Progress = Callable[[int, int], None]


def no_progress(done: int, total: int) -> None:
    """Report nothing."""


def in_groups(objects: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    """Groups of raw files that are published together.

    Files of one partition follow each other, as far as their names tell, so that each partition is
    written once or twice, not for every file; and within one, in the order in which they landed.
    """
    return _split(sorted(objects, key=_by_partition), GROUP_BYTES, GROUP_FILES)


def in_chunks(objects: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    """Chunks of a group that are small enough to be in memory at once."""
    return _split(objects, CHUNK_BYTES, GROUP_FILES)


def _split(
    objects: Iterable[StoredObject], most_bytes: int, most_files: int
) -> Iterator[list[StoredObject]]:
    group: list[StoredObject] = []
    size = 0
    for stored in objects:
        if group and (size + stored.size > most_bytes or len(group) == most_files):
            yield group
            group, size = [], 0
        group.append(stored)
        size += stored.size
    if group:
        yield group


def _by_partition(stored: StoredObject) -> tuple[object, ...]:
    named = identify(stored.key)
    month = f"{named.snapshot_at:%Y-%m}" if named.snapshot_at else ""
    return named.chart_id or "", month, stored.modified_at
