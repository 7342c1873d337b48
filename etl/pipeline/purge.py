"""Purge: delete what came through Spotify's Web API, once it is older than it may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import compress

from etl.errors import InvalidRawFile, ObjectMissing, WriteConflict
from etl.lake import Lake, StoredObject, in_parallel
from etl.lake.intents import Intent, declare, stated_partition, understood, withdraw
from etl.lake.layout import (
    FORMATS,
    HISTORY,
    PENDING,
    PROCESSED,
    PURGED,
    QUARANTINE,
    REASON_SUFFIX,
    REFERENCE,
    Partition,
    manifest_key,
    table_keys,
)
from etl.lake.partitions import commit, read_manifests, read_settled_partition
from etl.mirror.homes import home_references
from etl.mirror.refresh import refresh
from etl.pipeline.batch import Workspace, open_workspace
from etl.pipeline.identify import identify
from etl.pipeline.merge import Merge, merge
from etl.pipeline.publish import ATTEMPTS
from etl.pipeline.restore import restore, restore_from_archive
from etl.pipeline.stage import raw_name, stage
from etl.pipeline.transform import transform
from etl.settings import Settings
from etl.sources.compression import unpacked
from etl.sources.raw_text import is_response

_ZONES = (PENDING, PROCESSED, QUARANTINE)


@dataclass(frozen=True, slots=True)
class PurgePlan:
    """What a purge deletes.

    `snapshots` are published ones, each by its raw name and SHA-256, by partition; `raw_files` and
    `references` are other objects by key, with their versions.
    """

    snapshots: Mapping[Partition, frozenset[tuple[str, str]]]
    raw_files: Mapping[str, str]
    references: Mapping[str, str]

    @property
    def snapshot_count(self) -> int:
        """How many published snapshots it deletes."""
        return sum(map(len, self.snapshots.values()))

    def to_intent(self) -> Intent:
        """The intent to carry out this plan."""
        snapshots = [
            [partition.chart_id, partition.month, *one]
            for partition, doomed in sorted(self.snapshots.items())
            for one in sorted(doomed)
        ]
        document = {
            "snapshots": snapshots,
            "raw_files": dict(self.raw_files),
            "references": dict(self.references),
        }
        return Intent("purge", document)

    @classmethod
    def from_intent(cls, intent: Intent) -> PurgePlan:
        """The plan that an intent states. Raises DamagedObject where that is no plan of a purge."""
        snapshots: dict[Partition, set[tuple[str, str]]] = defaultdict(set)
        with understood(intent.key):
            for chart_id, month, name, sha256 in intent.document["snapshots"]:
                snapshots[stated_partition(chart_id, month)].add((name, sha256))
            return cls(
                {partition: frozenset(doomed) for partition, doomed in snapshots.items()},
                _keys_in(_ZONES, intent.document["raw_files"]),
                _keys_in((REFERENCE,), intent.document["references"]),
            )


def _keys_in(zones: tuple[str, ...], versions: Mapping[str, str]) -> Mapping[str, str]:
    """The same keys, which are those of raw files: nothing else is ever deleted as such."""
    for key in versions:
        if not key.startswith(zones):
            raise ValueError(f"{key} is not a raw file")
    return versions


def plan_purge(lake: Lake, before: datetime) -> PurgePlan:
    """What came through the Web API before that time: snapshots, raw files, and references.

    Chart files, which their user downloaded, stay; what was learned about their songs goes. What
    a raw file is shows in its content, so each older one is read.
    """
    raw_files = dict(_old_responses(lake, before))
    names = {raw_name(key) for key in raw_files}
    snapshots = {
        manifest.partition: frozenset(doomed)
        for manifest in read_manifests(lake)
        if (doomed := [(s.raw_name, s.sha256) for s in manifest.snapshots if s.raw_name in names])
    }
    references = {
        stored.key: stored.version for stored in lake.list(REFERENCE) if stored.modified_at < before
    }
    return PurgePlan(snapshots, raw_files, references)


def purge(lake: Lake, settings: Settings, plan: PurgePlan) -> None:
    """Delete what the plan names, in the lake and in the mirror.

    The plan is written to the lake first; if the purge dies, the next run carries it out.
    """
    intent = plan.to_intent()
    declare(lake, intent)
    carry_out(lake, plan, settings.format)
    refresh(lake, settings.mirror, homes=home_references(lake))
    withdraw(lake, intent)


def carry_out(lake: Lake, plan: PurgePlan, file_format: str) -> None:
    """Delete what the plan names in the lake; what is gone already does not matter.

    Objects that have changed since the plan was made are kept. Exported history is deleted, and so
    is what writes that died have left.
    """
    if plan.snapshots:
        lake.write(PURGED, b"{}\n")  # with that, a mirror may become empty
    with open_workspace(lake, file_format) as workspace:
        for partition, doomed in plan.snapshots.items():
            _unpublish(lake, partition, doomed, workspace)
    # The next export writes it again, from what is left.
    exported = {stored.key: stored.version for stored in lake.list(HISTORY)}
    _delete_all(lake, {**plan.raw_files, **plan.references, **exported})
    for key in lake.list_drafts():
        lake.delete(key)
    if plan.references:
        restore_from_archive(lake, file_format)


def _unpublish(
    lake: Lake, partition: Partition, doomed: frozenset[tuple[str, str]], workspace: Workspace
) -> None:
    for _ in range(ATTEMPTS):
        with suppress(WriteConflict):
            stored = read_settled_partition(lake, partition)
            if not stored.is_settled:
                restore(lake, [partition], workspace)
                continue
            kept = tuple(
                one for one in stored.snapshots if (one.raw_name, one.sha256) not in doomed
            )
            if kept and len(kept) < len(stored.snapshots):
                nothing = transform(stage(lake, [], workspace), workspace)
                (tables,) = merge([Merge(stored, (), kept)], nothing, workspace)
                commit(lake, stored, tables, kept, workspace.file_format)
            elif not kept:
                if stored.version:
                    lake.delete(manifest_key(partition), expected=stored.version)
                _delete_unlisted_files(lake, partition, workspace)
            return
    raise WriteConflict(
        f"Other programs keep changing {partition} in {lake.location}. No raw file was deleted"
        " yet. Run any command that writes to the lake to finish the purge."
    )


def _delete_unlisted_files(lake: Lake, partition: Partition, workspace: Workspace) -> None:
    """Delete the table files of a partition without a manifest."""
    keys = [key for suffix in FORMATS for key in table_keys(partition, suffix).values()]
    found = {key: stored.version for key in keys if (stored := lake.find(key))}
    if lake.find(manifest_key(partition)) is None:
        _delete_all(lake, found)
    if lake.find(manifest_key(partition)):
        restore(lake, [partition], workspace)  # it was published again in the meantime


def _delete_all(lake: Lake, versions: Mapping[str, str]) -> None:
    def delete(key: str) -> None:
        with suppress(WriteConflict):
            lake.delete(key, expected=versions[key])

    in_parallel(delete, versions)


def _old_responses(lake: Lake, before: datetime) -> Iterator[tuple[str, str]]:
    """The key and version of each old response, and of the reason beside it."""
    for zone in _ZONES:
        found = lake.list(zone)
        versions = {stored.key: stored.version for stored in found}
        raw_files = [one for one in found if not one.key.endswith(REASON_SUFFIX)]
        for stored in _responses(lake, [one for one in raw_files if _moment(one) < before]):
            for key in (stored.key, stored.key + REASON_SUFFIX):
                if key in versions:
                    yield key, versions[key]


def _responses(lake: Lake, raw_files: Iterable[StoredObject]) -> Iterator[StoredObject]:
    raw_files = list(raw_files)
    return compress(raw_files, in_parallel(partial(_is_response, lake), raw_files))


def _is_response(lake: Lake, stored: StoredObject) -> bool:
    try:
        return is_response(unpacked(lake.read(stored.key).body))
    except ObjectMissing:
        return False  # another run moved it
    except InvalidRawFile:
        return False  # nothing can be told of a packed file that is damaged


def _moment(stored: StoredObject) -> datetime:
    return identify(stored.key).snapshot_at or stored.modified_at
