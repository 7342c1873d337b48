"""Parts: raw files in groups of whole partitions, which can be published at the same time.

A raw file is of one partition. Its name says which; only where it does not, the content is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from etl.errors import AccessDenied, InvalidRawFile, LakeError
from etl.lake import Lake, StoredObject, in_parallel
from etl.lake.layout import Partition, listed_name
from etl.pipeline.identify import Identity, identify
from etl.pipeline.stage import raw_name
from etl.sources.spotify.responses import response_in

# How much a group of partitions may weigh, so that a run uses less than 300 MB of memory, and how
# much chart files and packed files weigh more than responses of their size.
_GROUP_BYTES = 32 * 2**20
_CHART_FILE_WEIGHT = 5
_PACKED_WEIGHT = 15
# The smallest part for a worker, as a fraction of all that a worker does.
_SMALLEST = 20

# Raw files by partition; those with the key None do not say which chart they are.
RawFiles = dict[Partition | None, list[StoredObject]]


def parts(lake: Lake, objects: Sequence[StoredObject], workers: int) -> list[list[StoredObject]]:
    """The raw files in parts for that many workers, the largest first.

    Each has about half of what one worker would have to do of all that is left. So there are few
    parts, and workers that take one after the other end at about the same time.

    No two parts have a partition in common. Where a name states another chart than the content,
    they may; then the writes, which are conditional, keep two publishers apart.
    """
    raw_files = _by_partition(lake, objects)
    left = _weight(objects)
    least = left // (_SMALLEST * workers)
    found: list[list[StoredObject]] = []
    part: list[StoredObject] = []
    size = 0
    for partition in _in_order(raw_files):
        part += raw_files[partition]
        size += _weight(raw_files[partition])
        if size >= max(least, left // (2 * workers)):
            found.append(part)
            part, left, size = [], left - size, 0
    return sorted([*found, part] if part else found, key=_weight, reverse=True)


def in_parts(raw_files: RawFiles, most: int = _GROUP_BYTES) -> Iterator[RawFiles]:
    """Groups of whole partitions of at most that weight; a larger one is a group by itself."""
    group: RawFiles = {}
    size = 0
    for partition in _in_order(raw_files):
        added = _weight(raw_files[partition])
        if group and size + added > most:
            yield group
            group, size = {}, 0
        group[partition] = raw_files[partition]
        size += added
    if group:
        yield group


def identity_of(lake: Lake, stored: StoredObject) -> Identity:
    """The identity of a raw file by its content; what cannot be read has none."""
    try:
        blob = lake.read(stored.key)
        response = response_in(blob.body)
    except (InvalidRawFile, LakeError, AccessDenied):
        return Identity()  # it is rejected, or named as unread, when it is staged
    return identify(listed_name(raw_name(stored.key)), response, blob.landed_at)


def _by_partition(lake: Lake, objects: Iterable[StoredObject]) -> RawFiles:
    found: RawFiles = defaultdict(list)
    unknown = []
    for stored in objects:
        if partition := identify(raw_name(stored.key)).partition:
            found[partition].append(stored)
        else:
            unknown.append(stored)
    identities = in_parallel(partial(identity_of, lake), unknown)
    for stored, identity in zip(unknown, identities, strict=True):
        found[identity.partition].append(stored)
    return found


def _in_order(raw_files: RawFiles) -> list[Partition | None]:
    return sorted(raw_files, key=lambda partition: (partition is None, partition))


def _weight(objects: Iterable[StoredObject]) -> int:
    return sum(map(_weight_of, objects))


def _weight_of(stored: StoredObject) -> int:
    name = stored.key.lower()
    size = stored.size * _PACKED_WEIGHT if name.endswith((".gz", ".zst")) else stored.size
    return size if ".json" in name else _CHART_FILE_WEIGHT * size
