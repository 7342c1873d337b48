"""Process: everything that is pending goes through transform, publish and archive."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from etl.archive import Quarantined, archive, quarantine
from etl.errors import ObjectMissing
from etl.lake import Lake, StoredObject
from etl.manifest import Manifest
from etl.publish import Fresh, Keep, Published, publish
from etl.references import read_references, stage_references
from etl.snapshot import PENDING, PROCESSED, Partition, Snapshot, identify, is_replaced
from etl.transform import Broken, RawFile, Transformed, stage_raw_file, transform

# What goes through DuckDB in one pass; with it a run stays under 300 MB.
GROUP_BYTES = 10 * 2**20
GROUP_FILES = 2000
# Requests to S3 under way at once.
THREADS = 8

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Processed:
    """What a run did: what it published anew, and the files it could not understand."""

    news: Published
    quarantined: tuple[Quarantined, ...]

    @property
    def published(self) -> int:
        """How many snapshots were published that were not before."""
        return len(self.news.snapshots)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: raw files read, and those that break a rule, left where they are."""

    raw_files: int
    broken: tuple[Broken, ...]


def pending_names(lake: Lake) -> list[str]:
    """The names of the raw files in the landing zone."""
    return [one.key.removeprefix(PENDING) for one in lake.list(PENDING)]


def process_pending(
    lake: Lake, file_format: str, *, progress: Progress = lambda done, total: None
) -> Processed:
    """Publish and archive every pending snapshot; quarantine what is none.

    Safe to run again whenever it died, and beside another run. `progress` is told the number
    of files done and of all.
    """
    pending = lake.list(PENDING)
    news, quarantined = Published(), []
    for pass_ in _passes(lake, pending, PENDING, progress):
        news += _publish(lake, pass_.transformed, file_format)
        quarantined += _settle(lake, pass_.raw_files, pass_.transformed)
    return Processed(news, tuple(quarantined))


def rebuild(
    lake: Lake,
    file_format: str,
    *,
    only: Collection[Partition] | None = None,
    progress: Progress = lambda done, total: None,
) -> Rebuilt:
    """Write every partition, or `only` these, anew from the archived raw files.

    Published snapshots whose raw file is gone stay as they are. Until the rebuild has ended,
    large partitions may list fewer snapshots than before; run it again if it died.
    """
    archived = [one for one in lake.list(PROCESSED) if not is_replaced(one.key)]
    if only is not None:
        chosen = _raw_names(lake, only)
        archived = [one for one in archived if one.key.removeprefix(PROCESSED) in chosen]
    names = {one.key.removeprefix(PROCESSED) for one in archived}
    done: set[Snapshot] = set()
    broken: list[Broken] = []
    for pass_ in _passes(lake, archived, PROCESSED, progress):
        _publish(
            lake,
            pass_.transformed,
            file_format,
            keep=lambda one: one.raw_name not in names or one in done,
        )
        done.update(*pass_.transformed.partitions.values())
        broken += pass_.transformed.broken
    return Rebuilt(len(archived), tuple(broken))


@dataclass(frozen=True, slots=True)
class _Pass:
    raw_files: list[RawFile]
    transformed: Transformed


def _passes(
    lake: Lake, found: list[StoredObject], zone: str, progress: Progress
) -> Iterator[_Pass]:
    """Transform what was found, group by group, with all that is known of tracks and artists."""
    if not found:
        return
    done = 0
    with tempfile.TemporaryDirectory(prefix="chartlake-") as known:
        references = stage_references(read_references(lake), Path(known))
        for group in _groups(found, zone):
            with tempfile.TemporaryDirectory(prefix="chartlake-") as scratch:
                raw_files = _stage(lake, group, zone, Path(scratch))
                yield _Pass(raw_files, transform(raw_files, Path(scratch), references))
            done += len(group)
            progress(done, len(found))


def _raw_names(lake: Lake, partitions: Iterable[Partition]) -> set[str]:
    names: set[str] = set()
    for partition in partitions:
        key = partition.manifest_key
        manifest = Manifest.from_bytes(lake.read(key).body, key)
        names.update(one.raw_name for one in manifest.snapshots)
    return names


def _groups(found: list[StoredObject], zone: str) -> Iterator[list[StoredObject]]:
    # In the order of partitions, so that each is written once or twice, not for
    # every file; and within one in the order of landing, since the last one speaks.
    group: list[StoredObject] = []
    size = 0
    for one in sorted(found, key=lambda one: (*_likely_partition(one, zone), one.modified_at)):
        if group and (size + one.size > GROUP_BYTES or len(group) == GROUP_FILES):
            yield group
            group, size = [], 0
        group.append(one)
        size += one.size
    if group:
        yield group


def _likely_partition(one: StoredObject, zone: str) -> tuple[str, str]:
    named = identify(one.key.removeprefix(zone))
    moment = named.snapshot_at or named.foreign_at
    return named.chart_id or "", f"{moment:%Y-%m}" if moment else ""


def _stage(lake: Lake, group: list[StoredObject], zone: str, scratch: Path) -> list[RawFile]:
    def stage(number: int, one: StoredObject) -> RawFile | None:
        try:
            blob = lake.read(one.key)
        except ObjectMissing:
            return None  # another run was faster
        name = one.key.removeprefix(zone)
        return stage_raw_file(name, blob.body, blob.landed_at, scratch / f"{number:06d}")

    with ThreadPoolExecutor(THREADS) as pool:
        staged = pool.map(stage, range(len(group)), group)
        return [raw_file for raw_file in staged if raw_file]


def _publish(
    lake: Lake, transformed: Transformed, file_format: str, keep: Keep | None = None
) -> Published:
    if not transformed.partitions:
        return Published()
    fresh = Fresh(transformed.folder, transformed.partitions)
    return publish(lake, fresh, file_format, keep=keep)


def _settle(lake: Lake, raw_files: list[RawFile], transformed: Transformed) -> list[Quarantined]:
    broken = {one.name: one for one in transformed.broken}

    def settle(raw_file: RawFile) -> Quarantined | None:
        found = broken.get(raw_file.name)
        if found is None:
            archive(lake, raw_file.name, raw_file.sha256)
            return None
        return quarantine(lake, raw_file.name, raw_file.sha256, found.rule, found.offenders)

    with ThreadPoolExecutor(THREADS) as pool:
        return [settled for settled in pool.map(settle, raw_files) if settled]
