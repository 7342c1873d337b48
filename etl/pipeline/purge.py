"""Purge: delete what came through Spotify's Web API, once it is older than it may be."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from etl.errors import ObjectMissing
from etl.lake import CONCURRENT_REQUESTS, Lake, StoredObject
from etl.lake.layout import (
    PENDING,
    PROCESSED,
    QUARANTINE,
    REASON_SUFFIX,
    REFERENCE,
    Partition,
)
from etl.lake.manifest import Snapshot, manifest_key
from etl.lake.partitions import commit, read_manifests, read_settled_partition
from etl.mirror.refresh import refresh
from etl.pipeline.batch import Workspace, open_workspace
from etl.pipeline.identify import identify, kind_of
from etl.pipeline.publish import merge
from etl.pipeline.rebuild import rebuild
from etl.pipeline.stage import raw_name, stage
from etl.pipeline.transform import transform
from etl.settings import Settings


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What a purge deletes: published snapshots by partition, and the keys of other objects."""

    snapshots: dict[Partition, frozenset[Snapshot]]
    raw_files: tuple[str, ...]
    references: tuple[str, ...]

    @property
    def snapshot_count(self) -> int:
        """How many published snapshots it deletes."""
        return sum(map(len, self.snapshots.values()))


def plan_purge(lake: Lake, before: datetime) -> PurgePlan:
    """What came through the Web API before that time: snapshots, raw files, and references.

    Chart files, which their user downloaded, stay; what was learned about their songs goes. What
    a raw file is shows in its content, so each older one is read.
    """
    raw_files = list(_old_responses(lake, before))
    names = {raw_name(key) for key in raw_files}
    snapshots = {
        manifest.partition: doomed
        for manifest in read_manifests(lake)
        if (doomed := frozenset(one for one in manifest.snapshots if one.raw_name in names))
    }
    references = [stored.key for stored in lake.list(REFERENCE) if stored.modified_at < before]
    return PurgePlan(snapshots, tuple(raw_files), tuple(references))


def purge(lake: Lake, settings: Settings, plan: PurgePlan) -> None:
    """Delete what the plan names, in the lake and in the mirror."""
    with open_workspace(lake, settings.format) as workspace:
        transform(stage(lake, [[]], workspace), workspace)
        for partition, doomed in plan.snapshots.items():
            _unpublish(lake, partition, doomed, workspace)
    for key in (*plan.raw_files, *plan.references):
        lake.delete(key)
    if plan.references:
        rebuild(lake, settings.format)
    refresh(lake, settings.mirror)


def _unpublish(
    lake: Lake, partition: Partition, doomed: frozenset[Snapshot], workspace: Workspace
) -> None:
    stored = read_settled_partition(lake, partition)
    kept = tuple(snapshot for snapshot in stored.snapshots if snapshot not in doomed)
    if kept:
        tables = merge(stored, (), kept, workspace)
        commit(lake, stored, tables, kept, workspace.file_format)
    elif stored.manifest:
        lake.delete(manifest_key(partition))
        for file in stored.manifest.files.values():
            lake.delete(file.key)


def _old_responses(lake: Lake, before: datetime) -> Iterator[str]:
    for zone in (PENDING, PROCESSED, QUARANTINE):
        found = [one for one in lake.list(zone) if not one.key.endswith(REASON_SUFFIX)]
        old = [one for one in found if _moment(one) < before]
        with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
            is_response = list(pool.map(lambda stored: _is_response(lake, stored), old))
        for stored, is_doomed in zip(old, is_response, strict=True):
            if is_doomed:
                yield stored.key
                if lake.find(stored.key + REASON_SUFFIX):
                    yield stored.key + REASON_SUFFIX


def _is_response(lake: Lake, stored: StoredObject) -> bool:
    try:
        return kind_of(lake.read(stored.key).body) == "response"
    except ObjectMissing:
        return False  # another run moved it


def _moment(stored: StoredObject) -> datetime:
    return identify(stored.key).snapshot_at or stored.modified_at
