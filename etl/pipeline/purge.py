"""Purge: delete what came through Spotify's Web API, once it is older than it may be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from etl.errors import WriteConflict
from etl.lake import Lake, in_parallel
from etl.lake.intents import Intent, declare, stated_partition, understood, withdraw
from etl.lake.layout import (
    FORMATS,
    HISTORY,
    PROCESSED,
    PURGED,
    REFERENCE,
    Partition,
    manifest_key,
    table_keys,
)
from etl.lake.partitions import commit, read_manifests, read_settled_partition
from etl.mirror.homes import home_references
from etl.mirror.refresh import refresh
from etl.pipeline.batch import Workspace, open_workspace
from etl.pipeline.merge import Merge, merge
from etl.pipeline.publish import ATTEMPTS
from etl.pipeline.restore import restore, restore_from_archive
from etl.pipeline.saved_responses import ZONES, saved_responses
from etl.pipeline.stage import stage
from etl.pipeline.transform import transform
from etl.settings import Settings


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
                _keys_in(ZONES, intent.document["raw_files"]),
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
    a raw file is, and of when, shows in its content, so each one is read. What is published of it
    is of the time at which it is published.
    """
    responses = saved_responses(lake)
    digests = {response.file[1] for response in responses}
    snapshots: dict[Partition, frozenset[tuple[str, str]]] = {}
    latest: dict[tuple[str, str], datetime] = {}
    for manifest in read_manifests(lake):
        # Where a file is listed with several times, the last one counts.
        listed = {(one.raw_name, one.sha256): one.snapshot_at for one in manifest.snapshots}
        times = {file: at for file, at in listed.items() if file[1] in digests}
        if doomed := frozenset(file for file, at in times.items() if at < before):
            snapshots[manifest.partition] = doomed
        latest |= {file: max(at, latest.get(file, at)) for file, at in times.items()}
    raw_files: dict[str, str] = {}
    for response in responses:
        # A pending or quarantined file may have the name and the bytes of a published one.
        is_archived = response.key.startswith(PROCESSED)
        moment = latest.get(response.file) if is_archived else None
        if (moment or response.moment) < before:
            raw_files |= response.versions
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
