"""Partitions: their manifests and table files, read together and committed together.

Readers believe the manifest alone: it lists the snapshots that are published, and has the digest of
each file.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TypeVar

from etl.errors import AccessDenied, LakeError, ObjectMissing, WriteConflict
from etl.lake import Blob, Lake, for_each, in_parallel
from etl.lake.layout import FORMATS, MANIFESTS, TABLES, Partition, manifest_key, table_keys
from etl.lake.manifest import Manifest, Snapshot, TableFile, parse_manifest

# A publisher that is writing the files needs a moment to write the manifest, too (seconds).
PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class RenderedTable:
    """The bytes of a table file that is to be written, and how many rows they hold."""

    body: bytes
    rows: int


@dataclass(frozen=True, slots=True)
class StoredPartition:
    """What the lake holds of a partition: its manifest, and its table files where they exist.

    `snapshots` are those that the manifest lists. The partition is settled if its files are those
    that the manifest describes. It is not while a publisher writes, or after one died: then the
    files may hold rows that the manifest does not list yet.
    """

    partition: Partition
    manifest: Manifest | None = None
    version: str | None = None
    blobs: Mapping[str, Blob] = field(default_factory=dict)
    snapshots: tuple[Snapshot, ...] = ()
    is_settled: bool = True


@dataclass(frozen=True, slots=True)
class Unusable:
    """A partition whose manifest or files cannot be read, and why; it holds up no other."""

    partition: Partition
    sentence: str


def attempted(call: Callable[[Partition], _Result], partition: Partition) -> _Result | Unusable:
    """What a call returns for the partition, or why that cannot be used."""
    try:
        return call(partition)
    except (LakeError, AccessDenied) as error:
        return Unusable(partition, str(error))


def parted(found: Iterable[_Result | Unusable]) -> tuple[list[_Result], tuple[Unusable, ...]]:
    """What was attempted: that which can be used, and that which cannot."""
    attempts = list(found)
    unusable = tuple(one for one in attempts if isinstance(one, Unusable))
    return [one for one in attempts if not isinstance(one, Unusable)], unusable


def read_manifest(lake: Lake, partition: Partition) -> tuple[Manifest, str] | None:
    """The partition's manifest and its version; None where it has none. Raises DamagedObject."""
    key = manifest_key(partition)
    try:
        blob = lake.read(key)
    except ObjectMissing:
        return None
    return parse_manifest(blob.body, key), blob.version


def manifest_versions(lake: Lake, chart_id: str | None = None) -> dict[Partition, str]:
    """The version of each partition's manifest in the lake, or of those of one chart."""
    prefix = MANIFESTS if chart_id is None else f"{MANIFESTS}{chart_id}/"
    found = ((Partition.of_manifest(stored.key), stored.version) for stored in lake.list(prefix))
    return {partition: version for partition, version in found if partition}


def read_manifests(lake: Lake, chart_id: str | None = None) -> list[Manifest]:
    """The manifests of the lake, or those of one chart. Raises DamagedObject."""
    found = in_parallel(partial(read_manifest, lake), manifest_versions(lake, chart_id))
    return [manifest for manifest, _ in filter(None, found)]


def read_usable_manifests(
    lake: Lake, partitions: Iterable[Partition]
) -> tuple[list[Manifest], tuple[Unusable, ...]]:
    """The manifests of those partitions that have one, and which of them cannot be used."""
    read = partial(attempted, partial(read_manifest, lake))
    found, unusable = parted(in_parallel(read, partitions))
    return [manifest for manifest, _ in filter(None, found)], unusable


def read_partition(lake: Lake, partition: Partition, *, rows_only: bool = False) -> StoredPartition:
    """What the lake holds of the partition at this moment. Raises DamagedObject.

    With `rows_only`, files that have no rows by the manifest are taken to be as it says.
    """
    return read_files(lake, partition, read_manifest(lake, partition), rows_only=rows_only)


def read_files(
    lake: Lake,
    partition: Partition,
    found: tuple[Manifest, str] | None,
    *,
    rows_only: bool = False,
) -> StoredPartition:
    """As `read_partition`, where `read_manifest` has `found` the manifest already."""
    if found is None:
        return StoredPartition(partition)
    manifest, version = found
    wanted = {table: file for table, file in manifest.files.items() if file.rows or not rows_only}
    blobs = _read_all(lake, {table: file.key for table, file in wanted.items()})
    is_settled = all(
        table in blobs and hashlib.sha256(blobs[table].body).hexdigest() == file.sha256
        for table, file in wanted.items()
    )
    return StoredPartition(partition, manifest, version, blobs, manifest.snapshots, is_settled)


def read_settled_partition(
    lake: Lake, partition: Partition, *, rows_only: bool = False
) -> StoredPartition:
    """As `read_partition`, but give a publisher that is at work about two seconds to finish."""
    stored = read_partition(lake, partition, rows_only=rows_only)
    return settled(lake, stored, rows_only=rows_only)


def settled(lake: Lake, stored: StoredPartition, *, rows_only: bool = False) -> StoredPartition:
    """What was read of a partition, or, if it is not settled, what it is after some patience."""
    for seconds in PATIENCE:
        if stored.is_settled:
            break
        time.sleep(seconds)
        stored = read_partition(lake, stored.partition, rows_only=rows_only)
    return stored


def with_unlisted_files(lake: Lake, stored: StoredPartition, suffix: str) -> StoredPartition:
    """The same partition with the files that exist although no manifest describes them.

    A publisher that died, or is ahead of this one, leaves them behind.
    """
    keys = table_keys(stored.partition, suffix)
    missing = {table: key for table, key in keys.items() if table not in stored.blobs}
    blobs = {**stored.blobs, **_read_all(lake, missing)}
    return replace(stored, blobs=blobs)


def commit(
    lake: Lake,
    stored: StoredPartition,
    tables: Mapping[str, RenderedTable],
    snapshots: Iterable[Snapshot],
    suffix: str,
) -> Manifest:
    """Write the table files, and then the manifest that lists `snapshots`; returns the manifest.

    Nothing that was written after `stored` was read is overwritten: raises WriteConflict. Until
    the manifest is written, its digests tell readers that the files are not those it describes.
    """
    started = time.monotonic()
    keys, key = table_keys(stored.partition, suffix), manifest_key(stored.partition)
    versions = for_each(
        lake, lambda table: _write(lake, stored, table, keys[table], tables[table]), TABLES
    )
    written = dict(zip(keys.values(), versions, strict=True))
    files = {
        table: TableFile(
            keys[table],
            len(tables[table].body),
            tables[table].rows,
            hashlib.sha256(tables[table].body).hexdigest(),
        )
        for table in TABLES
    }
    ordered = sorted(snapshots, key=lambda snapshot: snapshot.snapshot_at)
    manifest = Manifest(stored.partition, files, tuple(ordered))
    if manifest == stored.manifest:
        _check_unchanged(lake, {key: stored.version})
    else:
        lake.write(key, manifest.to_bytes(), expected=stored.version)
        # Others restore the files of a publisher that they take for dead, never earlier than this.
        if time.monotonic() - started >= sum(PATIENCE) / 2:
            _check_unchanged(lake, written)
    if stored.manifest and _has_other_format(stored.manifest, keys):
        delete_other_formats(lake, manifest)
    return manifest


def delete_other_formats(lake: Lake, manifest: Manifest) -> None:
    """Delete the files of the partition in formats that the lake had before."""
    current = {file.key for file in manifest.files.values()}
    known = {key for suffix in FORMATS for key in table_keys(manifest.partition, suffix).values()}
    for_each(lake, lake.delete, sorted(known - current))


def _write(
    lake: Lake, stored: StoredPartition, table: str, key: str, rendered: RenderedTable
) -> str:
    """Write a table file if it has other content; returns its version."""
    blob = stored.blobs.get(table)
    if stored.manifest is not None and stored.manifest.files[table].key != key:
        # The lake's format was changed; an earlier file of the new format may still be there.
        found = lake.find(key)
        return lake.write(key, rendered.body, expected=found.version if found else None)
    if blob is None or blob.body != rendered.body:
        return lake.write(key, rendered.body, expected=blob.version if blob else None)
    return blob.version


def _has_other_format(manifest: Manifest, keys: Mapping[str, str]) -> bool:
    return any(file.key != keys[table] for table, file in manifest.files.items())


def _check_unchanged(lake: Lake, versions: Mapping[str, str | None]) -> None:
    found = for_each(lake, lake.find, versions)
    for key, expected, stored in zip(versions, versions.values(), found, strict=True):
        if (stored.version if stored else None) != expected:
            raise WriteConflict(
                f"Another program changed {key} in {lake.location} in the meantime."
            )


def _read_all(lake: Lake, keys: Mapping[str, str]) -> dict[str, Blob]:
    blobs = for_each(lake, partial(_read, lake), keys.values())
    return {table: blob for table, blob in zip(keys, blobs, strict=True) if blob}


def _read(lake: Lake, key: str) -> Blob | None:
    try:
        return lake.read(key)
    except ObjectMissing:
        return None
