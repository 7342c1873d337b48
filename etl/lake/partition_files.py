"""A partition as a whole: its manifest and its three table files, read and committed together."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from etl.errors import ObjectMissing
from etl.lake import Blob, Lake, concurrently
from etl.lake.layout import TABLES, Partition
from etl.lake.manifest import Manifest, Snapshot, TableFile, by_time, read_manifest

# A publisher that is writing the files needs a moment to write the manifest, too.
PATIENCE = (0.05, 0.1, 0.2, 0.4, 0.8)


@dataclass(frozen=True, slots=True)
class StoredPartition:
    """What the lake holds of a partition: its manifest, and its table files where they exist."""

    partition: Partition
    manifest: Manifest | None = None
    version: str | None = None
    blobs: Mapping[str, Blob] = field(default_factory=dict)

    @property
    def snapshots(self) -> tuple[Snapshot, ...]:
        """The snapshots that the manifest lists."""
        return self.manifest.snapshots if self.manifest else ()

    @property
    def is_settled(self) -> bool:
        """Whether the files are those that the manifest describes.

        They are not while a publisher is at work, and after it died; then a row may belong to
        what the manifest lists, or to what it is about to list.
        """
        files = self.manifest.files if self.manifest else {}
        return all(
            table in self.blobs and _sha256(self.blobs[table].body) == file.sha256
            for table, file in files.items()
        )


@dataclass(frozen=True, slots=True)
class RenderedTable:
    """The bytes of a table file that is to be written, and how many rows they hold."""

    body: bytes
    rows: int


def read_partition(lake: Lake, partition: Partition) -> StoredPartition:
    """What the lake holds of the partition at this moment. Raises DamagedObject."""
    found = read_manifest(lake, partition)
    if found is None:
        return StoredPartition(partition)
    manifest, version = found
    keys = {table: file.key for table, file in manifest.files.items()}
    return StoredPartition(partition, manifest, version, _read_all(lake, keys))


def read_settled_partition(
    lake: Lake, partition: Partition, *, sleep: Callable[[float], None] = time.sleep
) -> StoredPartition:
    """As `read_partition`, but give a publisher that is at work about two seconds to finish."""
    stored = read_partition(lake, partition)
    for seconds in PATIENCE:
        if stored.is_settled:
            break
        sleep(seconds)
        stored = read_partition(lake, partition)
    return stored


def commit(
    lake: Lake,
    stored: StoredPartition,
    tables: Mapping[str, RenderedTable],
    snapshots: tuple[Snapshot, ...],
    suffix: str,
) -> None:
    """Write the table files, and then the manifest that lists `snapshots`.

    Nothing that was written after `stored` was read is overwritten: raises WriteConflict. Until
    the manifest is written, its digests tell readers that the files are not those it describes.
    """
    files = {}
    for table, rendered in tables.items():
        key = stored.partition.table_key(table, suffix)
        _write(lake, stored, table, key, rendered.body)
        digest = _sha256(rendered.body)
        files[table] = TableFile(key, len(rendered.body), rendered.rows, digest)
    manifest = Manifest(stored.partition, files, tuple(by_time(snapshots).values()))
    lake.write(stored.partition.manifest_key, manifest.to_bytes(), expected=stored.version)
    _delete_other_format(lake, stored, manifest)


def with_unlisted_files(lake: Lake, stored: StoredPartition, suffix: str) -> StoredPartition:
    """The same partition with the files that lie there although no manifest describes them.

    A publisher that died, or is ahead of this one, leaves them behind.
    """
    missing = [table for table in TABLES if table not in stored.blobs]
    keys = {table: stored.partition.table_key(table, suffix) for table in missing}
    blobs = dict(stored.blobs) | _read_all(lake, keys)
    return StoredPartition(stored.partition, stored.manifest, stored.version, blobs)


def _write(lake: Lake, stored: StoredPartition, table: str, key: str, body: bytes) -> None:
    blob = stored.blobs.get(table)
    is_moved = stored.manifest is not None and stored.manifest.files[table].key != key
    if blob and blob.body == body and not is_moved:
        return
    if is_moved:
        # The lake's format was changed; an earlier file of the new format may still be there.
        found = lake.find(key)
        lake.write(key, body, expected=found.version if found else None)
    else:
        lake.write(key, body, expected=blob.version if blob else None)


def _delete_other_format(lake: Lake, stored: StoredPartition, manifest: Manifest) -> None:
    kept = {file.key for file in manifest.files.values()}
    for file in stored.manifest.files.values() if stored.manifest else ():
        if file.key not in kept:
            lake.delete(file.key)


def _read_all(lake: Lake, keys: Mapping[str, str]) -> dict[str, Blob]:
    blobs = concurrently(partial(_read, lake), keys.values())
    return {table: blob for table, blob in zip(keys, blobs, strict=True) if blob}


def _read(lake: Lake, key: str) -> Blob | None:
    try:
        return lake.read(key)
    except ObjectMissing:
        return None


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
