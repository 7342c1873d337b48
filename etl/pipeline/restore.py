"""Restore: write partitions again from their raw files, whole.

A snapshot that is published stays listed at every moment. Where its raw file is gone, or breaks a
rule by now, its rows are taken from the files in the lake.
"""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from etl.errors import WriteConflict
from etl.lake import Lake, in_parallel
from etl.lake.layout import PROCESSED, Partition, listed_name, replaced_name
from etl.lake.manifest import by_time
from etl.lake.partitions import (
    commit,
    delete_other_formats,
    read_manifest,
    read_manifests,
    read_partition,
    with_unlisted_files,
)
from etl.pipeline.batch import (
    Batch,
    Listed,
    Progress,
    Rejection,
    Unread,
    Workspace,
    open_workspace,
)
from etl.pipeline.identify import identify
from etl.pipeline.merge import Merge, merge
from etl.pipeline.names import find_raw_file
from etl.pipeline.parts import RawFiles, identity_of, in_parts
from etl.pipeline.publish import ATTEMPTS
from etl.pipeline.stage import raw_name, stage
from etl.pipeline.transform import transform


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """How many raw files a rebuild read, and which of them break a rule; they stay archived.

    `unread` files could not be read. What was published of them still is.
    """

    raw_files: int
    rejected: tuple[Rejection, ...]
    unread: tuple[Unread, ...] = ()


def restore_from_archive(
    lake: Lake,
    file_format: str,
    *,
    only: Collection[Partition] | None = None,
    progress: Progress | None = None,
) -> Rebuilt:
    """Write every partition, or `only` these, again from the archive."""
    raw_files = _raw_files(lake, only)
    total, done = sum(map(len, raw_files.values())), 0
    rejected: list[Rejection] = []
    unread: list[Unread] = []
    if raw_files:
        with open_workspace(lake, file_format) as workspace:
            for group in in_parts(raw_files):
                batch = _write_partitions(lake, group, workspace)
                rejected += batch.rejected
                unread += batch.unread
                done += sum(map(len, group.values()))
                if progress:
                    progress(done, total)
    return Rebuilt(total - len(unread), tuple(rejected), tuple(unread))


def restore(lake: Lake, partitions: Iterable[Partition], workspace: Workspace) -> None:
    """Write partitions again whose files are not those that their manifests describe.

    Their raw files are in the archive, or still in the landing zone if the publisher died before
    it archived them.
    """
    for partition in partitions:
        listed = _listed(lake, [partition])
        located = in_parallel(lambda one: find_raw_file(lake, *one), sorted(listed))
        raw_files = {stored.key: stored for stored in located if stored}
        _write_partitions(lake, {partition: list(raw_files.values())}, workspace)


def _raw_files(lake: Lake, only: Collection[Partition] | None) -> RawFiles:
    """The archived raw files by partition, with those that others of their names replaced."""
    archived = lake.list(PROCESSED)
    listed = _listed_partitions(lake, only, {raw_name(stored.key) for stored in archived})
    found: RawFiles = defaultdict(list)
    unknown = []
    for stored in archived:
        name = raw_name(stored.key)
        partition = listed.get(name) or identify(listed_name(name)).partition
        if partition is None:
            unknown.append(stored)
        elif only is None or partition in only:
            found[partition].append(stored)
    if only is None:
        identities = in_parallel(partial(identity_of, lake), unknown)
        for stored, identity in zip(unknown, identities, strict=True):
            found[identity.partition].append(stored)
    return found


def _listed_partitions(
    lake: Lake, only: Collection[Partition] | None, archived: Collection[str]
) -> dict[str, Partition]:
    """The partitions whose manifests list raw files, by the names that these have in the archive.

    Where manifests list several files of one name, the last is the one that has it.
    """
    if only is None:
        manifests = read_manifests(lake)
    else:
        read = in_parallel(partial(read_manifest, lake), sorted(only))
        manifests = [manifest for manifest, _ in filter(None, read)]
    partitions: dict[str, Partition] = {}
    for manifest in manifests:
        for snapshot in manifest.snapshots:
            replaced = replaced_name(snapshot.raw_name, snapshot.sha256)
            name = replaced if replaced in archived else snapshot.raw_name
            partitions[name] = manifest.partition
    return partitions


def _listed(lake: Lake, partitions: Iterable[Partition]) -> Listed:
    """What the manifests of the partitions list."""
    found = in_parallel(partial(read_manifest, lake), partitions)
    listed: dict[tuple[str, str], set[tuple[str, datetime]]] = defaultdict(set)
    for manifest, _ in filter(None, found):
        for one in manifest.snapshots:
            snapshot = (manifest.partition.chart_id, one.snapshot_at)
            listed[one.raw_name, one.sha256].add(snapshot)
    return listed


def _write_partitions(lake: Lake, raw_files: RawFiles, workspace: Workspace) -> Batch:
    objects = [stored for partition in raw_files for stored in raw_files[partition]]
    listed = _listed(lake, filter(None, raw_files))
    batch = transform(stage(lake, objects, workspace, listed), workspace)
    rejected = {rejection.name for rejection in batch.rejected}
    valid = (file for file in batch.staged if file.name not in rejected)
    read = {(listed_name(file.name), file.sha256) for file in valid}
    for partition in sorted({*filter(None, raw_files), *batch.snapshots}):
        _write_partition(lake, partition, read, batch, workspace)
    shutil.rmtree(batch.folder)
    return batch


def _write_partition(
    lake: Lake,
    partition: Partition,
    read: Collection[tuple[str, str]],
    batch: Batch,
    workspace: Workspace,
) -> None:
    """Write a partition with the batch's snapshots, and listed ones whose file was not `read`.

    A raw file is told by its name and SHA-256, because another may have taken over its name.
    """
    new = by_time(batch.snapshots.get(partition, ()))
    for attempt in range(1, ATTEMPTS + 1):
        stored = with_unlisted_files(lake, read_partition(lake, partition), workspace.file_format)
        listed = by_time(stored.snapshots)
        kept = tuple(
            one
            for at, one in listed.items()
            if at not in new and (one.raw_name, one.sha256) not in read
        )
        if not new and not kept:
            return
        change = Merge(stored, tuple(new.values()), kept)
        (tables,) = merge([change], batch, workspace)
        try:
            manifest = commit(lake, stored, tables, change.snapshots, workspace.file_format)
            delete_other_formats(lake, manifest)
            return
        except WriteConflict:
            if attempt == ATTEMPTS:
                raise
