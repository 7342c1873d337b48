"""Verify: whether manifests, table files, raw files and mirror agree, and what repairs them.

Nothing here trusts the code that wrote them: manifests are parsed, bytes hashed and rows counted as
docs/lake.md describes them.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from etl.database import connect
from etl.files import scratch_folder
from etl.lake import Lake
from etl.lake.layout import MANIFESTS, PROCESSED, QUARANTINE, TABLES, TRANSFORMED, Partition
from etl.pipeline.verify.finding import Finding
from etl.pipeline.verify.listing import Listing, table_keys
from etl.pipeline.verify.mirror import MirrorContents, check_lag, read_mirror
from etl.pipeline.verify.partition import PartitionChecked, Tools, check_partition
from etl.pipeline.verify.raw_files import (
    Published,
    check_quarantine,
    check_unfinished,
    check_unlisted,
)

# A publisher that is at work needs this long to bring files and manifest together (seconds).
PATIENCE = 3.0

# Receives how many partitions are done, and how many there are.
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was read, and what was found."""

    partitions: int
    snapshots: int
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing has to be repaired."""
        return all(finding.is_notice for finding in self.findings)

    @property
    def lost_raw_files(self) -> int:
        """How many raw files are published, but not in the archive."""
        return sum(finding.is_lost for finding in self.findings)


def verify(
    lake: Lake,
    mirror_path: Path,
    *,
    progress: Progress | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Verified:
    """Read the whole lake and the mirror, and compare them; nothing is changed.

    Other runs may be at work meanwhile: a partition in which something is wrong is looked at twice.
    """
    # In this order: what is published while this runs is then listed by a manifest read later.
    archived = _names(lake, PROCESSED)
    table_files = _names(lake, TRANSFORMED)
    mirror = read_mirror(mirror_path)
    contents = None if isinstance(mirror, Finding) else mirror
    walk = _Walk()
    with scratch_folder() as folder, connect(scratch=Path(folder)) as connection:
        tools = Tools(lake, contents, connection, Path(folder))
        _walk_partitions(tools, walk, progress, sleep)
    findings = [
        *walk.findings,
        *_check_table_files(lake, table_files, walk),
        *check_unlisted(lake, archived, walk.published),
        *check_quarantine(QUARANTINE + name for name in _names(lake, QUARANTINE)),
        *check_unfinished(lake),
        *_check_lag(lake, mirror, walk),
    ]
    return Verified(len(walk.versions), len(walk.published.snapshots), tuple(findings))


@dataclass(slots=True)
class _Walk:
    """What is known so far, on the way from partition to partition."""

    published: Published = field(default_factory=Published)
    versions: dict[Partition, str] = field(default_factory=dict)
    table_files: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)

    def add(self, checked: PartitionChecked) -> None:
        """Add what the check of a partition found out, but for the findings."""
        if checked.listing and checked.version:
            self.published.add(checked.listing)
            self.versions[_partition(checked.listing)] = checked.version
            self.table_files.update(file.key for file in checked.listing.files.values())

    def add_unusable(self, partition: Partition) -> None:
        """Add a partition whose manifest cannot be used; it may list what no other lists."""
        self.published.unknown.add(partition)
        for table in TABLES:
            self.table_files.update(table_keys(partition, table))


def _walk_partitions(
    tools: Tools, walk: _Walk, progress: Progress | None, sleep: Callable[[float], None]
) -> None:
    """Check every partition, and those in which something is wrong once more."""
    keys = [MANIFESTS + name for name in _names(tools.lake, MANIFESTS)]
    doubtful = []
    for number, key in enumerate(keys, 1):
        checked = check_partition(tools, key)
        walk.add(checked)
        if checked.findings:
            doubtful.append(key)
        if progress:
            progress(number, len(keys))
    if doubtful:
        sleep(PATIENCE)
    for key in doubtful:
        checked = check_partition(tools, key)
        walk.add(checked)
        walk.findings += checked.findings
        partition = Partition.of_manifest(key)
        if checked.listing is None and checked.version and partition:
            walk.add_unusable(partition)


def _check_lag(lake: Lake, mirror: MirrorContents | Finding, walk: _Walk) -> Iterable[Finding]:
    """Check how far the mirror is behind, if it can be read."""
    if isinstance(mirror, Finding):
        return [mirror]
    return check_lag(lake, mirror, walk.versions, walk.published.unknown)


def _check_table_files(lake: Lake, names: list[str], walk: _Walk) -> Iterator[Finding]:
    """Check that a manifest lists every file of the tables."""
    for key in (TRANSFORMED + name for name in names):
        if key not in walk.table_files and lake.find(key):
            problem = "no manifest lists it, but Athena reads it"
            remedy = (
                "run `chartlake process`, then `chartlake rebuild`; if no manifest lists it then,"
                " delete it"
            )
            yield Finding(key, problem, remedy)


def _names(lake: Lake, prefix: str) -> list[str]:
    return [stored.key.removeprefix(prefix) for stored in lake.list(prefix)]


def _partition(listing: Listing) -> Partition:
    return Partition(listing.chart_id, listing.month)
