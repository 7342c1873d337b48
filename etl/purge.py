"""Purge: delete what was taken through Spotify's Web API, once it is older than it may be."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from etl.database import connect, models
from etl.lake import Lake, StoredObject
from etl.manifest import Manifest
from etl.process import rebuild
from etl.publish import Fresh, Keep, publish
from etl.snapshot import (
    MANIFESTS,
    PENDING,
    PROCESSED,
    QUARANTINE,
    REFERENCE,
    TABLES,
    Partition,
    Snapshot,
    identify,
)
from etl.tables import write_table


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted, or would be: published snapshots, raw files, answers about ids."""

    snapshots: int
    raw_files: int
    references: int


def purge(lake: Lake, file_format: str, before: datetime, *, is_rehearsal: bool = False) -> Purged:
    """Delete all Web API content of before that time: snapshots, raw files, and references.

    Chart files, which their user downloaded, stay; what was learned about their songs goes. The
    mirror follows at its next refresh. In a rehearsal nothing is deleted.
    """
    partitions = {
        partition: doomed
        for partition, manifest in _manifests(lake)
        if (doomed := {one for one in manifest.snapshots if _is_doomed(one, before)})
    }
    names = {one.raw_name for doomed in partitions.values() for one in doomed}
    raw_keys = list(_raw_keys(lake, before, names))
    references = [one.key for one in lake.list(REFERENCE) if one.modified_at < before]
    purged = Purged(sum(map(len, partitions.values())), len(raw_keys), len(references))
    if is_rehearsal:
        return purged
    for partition, doomed in partitions.items():
        _unpublish(lake, partition, partial(_stays, doomed), file_format)
    for key in raw_keys + references:
        lake.delete(key)
    if references:
        rebuild(lake, file_format)
    return purged


def _unpublish(lake: Lake, partition: Partition, keep: Keep, file_format: str) -> None:
    key = partition.manifest_key
    manifest = Manifest.from_bytes(lake.read(key).body, key)
    if not any(keep(one) for one in manifest.snapshots):
        lake.delete(key)
        for file in manifest.files.values():
            lake.delete(file.key)
        return
    with tempfile.TemporaryDirectory(prefix="chartlake-") as folder:
        _write_empty_tables(Path(folder))
        publish(lake, Fresh(Path(folder), {partition: ()}), file_format, keep=keep)


def _write_empty_tables(folder: Path) -> None:
    with connect() as connection:
        for table in TABLES:
            connection.execute(f"create table {table} as {models('mirror')[table]}")
            write_table(connection, table, table, folder / f"{table}.parquet")


def _manifests(lake: Lake) -> Iterator[tuple[Partition, Manifest]]:
    for one in lake.list(MANIFESTS):
        partition = Partition.of_manifest(one.key)
        if partition:
            yield partition, Manifest.from_bytes(lake.read(one.key).body, one.key)


def _is_doomed(snapshot: Snapshot, before: datetime) -> bool:
    return snapshot.snapshot_at < before and not snapshot.raw_name.endswith(".csv")


def _stays(doomed: set[Snapshot], snapshot: Snapshot) -> bool:
    return snapshot not in doomed


def _raw_keys(lake: Lake, before: datetime, names: set[str]) -> Iterator[str]:
    for zone in (PENDING, PROCESSED, QUARANTINE):
        for one in lake.list(zone):
            name = one.key.removeprefix(zone)
            if name in names or (not _is_chart_file(name) and _moment(one, name) < before):
                yield one.key


def _is_chart_file(name: str) -> bool:
    return ".csv" in name


def _moment(one: StoredObject, name: str) -> datetime:
    named = identify(name)
    return named.snapshot_at or named.foreign_at or one.modified_at
