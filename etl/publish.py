"""Publish: merge snapshots into the files of their partitions; the manifest comes last."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import duckdb

from etl.database import connect, set_variables
from etl.errors import LakeRefused, ObjectMissing, PublishConflict
from etl.lake import Blob, Lake
from etl.manifest import Manifest, TableFile, by_time
from etl.snapshot import TABLES, Partition, Snapshot
from etl.tables import insert_table, write_table

ATTEMPTS = 20

Keep = Callable[[Snapshot], bool]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Snapshots to publish: their rows lie in `folder`, a Parquet file for each table."""

    folder: Path
    partitions: dict[Partition, tuple[Snapshot, ...]]


@dataclass(frozen=True, slots=True)
class Published:
    """What was not published before: the snapshots with their partitions, and rows by table."""

    snapshots: tuple[tuple[Partition, Snapshot], ...] = ()
    rows: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TABLES, 0))

    def __add__(self, other: Published) -> Published:
        rows = {table: count + other.rows[table] for table, count in self.rows.items()}
        return Published(self.snapshots + other.snapshots, rows)


def publish(lake: Lake, fresh: Fresh, file_format: str, *, keep: Keep | None = None) -> Published:
    """Publish all of `fresh`; returns what was not published before.

    What a partition holds already is kept, but for other content of the same snapshots. With
    `keep`, the rows are written even where they are published, and of what a partition holds
    only the listed snapshots that `keep` chooses stay.
    Raises PublishConflict where other publishers were faster twenty times over.
    """
    with connect(scratch=fresh.folder) as connection:
        for table in TABLES:
            source = fresh.folder / f"{table}.parquet"
            connection.execute(f"create table {table} as from read_parquet(?)", [str(source)])
        done = (
            _Publication(lake, connection, fresh.folder, partition, file_format, keep).run(chosen)
            for partition, chosen in fresh.partitions.items()
        )
        return sum(done, start=Published())


@dataclass(frozen=True, slots=True)
class _Publication:
    """The publishing of one partition, from reading what is there to its manifest."""

    lake: Lake
    connection: duckdb.DuckDBPyConnection
    folder: Path
    partition: Partition
    file_format: str
    keep: Keep | None

    def run(self, snapshots: tuple[Snapshot, ...]) -> Published:
        conflict = None
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(snapshots, is_first=attempt == 0)
            except PublishConflict as error:
                conflict = error
        assert conflict is not None
        raise conflict

    def _attempt(self, snapshots: tuple[Snapshot, ...], *, is_first: bool) -> Published:
        manifest, version = self._read_manifest()
        listed = by_time(manifest.snapshots if manifest else ())
        new = by_time(one for one in snapshots if self.keep or _is_news(one, listed))
        staying = {
            at: one
            for at, one in listed.items()
            if at not in new and (self.keep is None or self.keep(one))
        }
        if not new and len(staying) == len(listed):
            return Published()
        if manifest:
            version = self._withdraw(manifest, version, new, staying)
        # A partition without a manifest has no files, unless another publisher is at
        # work on its first ones; then writing them fails, and the next attempt reads.
        stands_there = manifest is not None or not is_first
        self._choose_rows(new, staying)
        known = manifest.files if manifest else {}
        files = {
            table: self._merge(table, known.get(table), stands_there, bool(staying))
            for table in TABLES
        }
        merged = Manifest(self.partition, files, tuple(by_time((staying | new).values()).values()))
        self.lake.write(self.partition.manifest_key, merged.to_bytes(), expected=version)
        self._drop_stale(manifest, merged)
        return self._news([one for at, one in new.items() if listed.get(at) != one])

    def _read_manifest(self) -> tuple[Manifest | None, str | None]:
        blob = _read(self.lake, self.partition.manifest_key)
        if blob is None:
            return None, None
        return Manifest.from_bytes(blob.body, self.partition.manifest_key), blob.version

    def _withdraw(
        self,
        manifest: Manifest,
        version: str | None,
        new: dict[datetime, Snapshot],
        staying: dict[datetime, Snapshot],
    ) -> str | None:
        # Three files cannot be replaced in one step: while their content changes, a
        # snapshot is not listed, so that no reader sees half of the old and half of the new.
        listed = by_time(manifest.snapshots)
        standing = tuple(
            one
            for at, one in listed.items()
            if at in staying or (at in new and not _replaces(new[at], listed))
        )
        if len(standing) == len(listed):
            return version
        body = replace(manifest, snapshots=standing).to_bytes()
        return self.lake.write(self.partition.manifest_key, body, expected=version)

    def _choose_rows(
        self, new: dict[datetime, Snapshot], staying: dict[datetime, Snapshot]
    ) -> None:
        # Rows that no manifest lists stay too, unless all is rebuilt: another
        # publisher may be about to list them.
        set_variables(
            self.connection,
            new=[at.replace(tzinfo=None) for at in new],
            staying=[at.replace(tzinfo=None) for at in staying],
            keeps_all=self.keep is None,
        )

    def _merge(
        self, table: str, old: TableFile | None, stands_there: bool, any_stay: bool
    ) -> TableFile:
        key = self.partition.table_key(table, self.file_format)
        old_key = old.key if old else key
        blob = _read(self.lake, old_key) if stands_there else None
        self._select_new(table)
        if blob is not None and (any_stay or self.keep is None):
            self._insert_standing(old_key, blob)
        elif old and any_stay:
            raise LakeRefused(_unreadable(old_key, "it is not there"))
        body, count = self._render(table)
        if blob is None or blob.body != body or old_key != key:
            self.lake.write(key, body, expected=self._expected(key, old_key, blob))
        return TableFile(key, len(body), count, hashlib.sha256(body).hexdigest())

    def _select_new(self, table: str) -> None:
        self.connection.execute(
            f"create or replace temp table merged as from {table}"
            " where chart_id = ? and list_contains(getvariable('new')::timestamp[], snapshot_at)",
            [self.partition.chart_id],
        )

    def _expected(self, key: str, old_key: str, blob: Blob | None) -> str | None:
        if key == old_key:
            return blob.version if blob else None
        found = self.lake.find(key)
        return found.version if found else None

    def _insert_standing(self, key: str, blob: Blob) -> None:
        path = self.folder / f"standing.{key.rpartition('.')[2]}"
        path.write_bytes(blob.body)
        try:
            insert_table(self.connection, "merged", [path], _STANDING)
        except duckdb.Error as error:
            raise LakeRefused(_unreadable(key, str(error).splitlines()[0])) from error

    def _render(self, table: str) -> tuple[bytes, int]:
        path = self.folder / f"merged.{self.file_format}"
        write_table(self.connection, "merged", table, path)
        count = self.connection.execute("select count(*) from merged").fetchone()
        return path.read_bytes(), count[0] if count else 0

    def _news(self, snapshots: list[Snapshot]) -> Published:
        moments = [one.snapshot_at.replace(tzinfo=None) for one in snapshots]
        rows = {table: self._count(table, moments) for table in TABLES}
        return Published(tuple((self.partition, one) for one in snapshots), rows)

    def _count(self, table: str, moments: list[datetime]) -> int:
        counted = self.connection.execute(
            f"select count(*) from {table} where chart_id = ? and snapshot_at in ?",
            [self.partition.chart_id, moments],
        ).fetchone()
        return counted[0] if counted else 0

    def _drop_stale(self, manifest: Manifest | None, merged: Manifest) -> None:
        # Where the lake's format was changed, the files of the other format are left over.
        kept = {file.key for file in merged.files.values()}
        for file in manifest.files.values() if manifest else ():
            if file.key not in kept:
                self.lake.delete(file.key)


_STANDING = (
    "not list_contains(getvariable('new')::timestamp[], snapshot_at)"
    " and (getvariable('keeps_all')"
    " or list_contains(getvariable('staying')::timestamp[], snapshot_at))"
)


def _unreadable(key: str, reason: str) -> str:
    return (
        f"The published file {key} cannot be read: {reason}. Its snapshots were left as they are,"
        " and what was to join them is still pending. Run `chartlake rebuild` to write the file"
        " anew from the raw files, then `chartlake process`."
    )


def _is_news(snapshot: Snapshot, listed: dict[datetime, Snapshot]) -> bool:
    old = listed.get(snapshot.snapshot_at)
    return old is None or old.sha256 != snapshot.sha256 or snapshot.raw_name < old.raw_name


def _replaces(snapshot: Snapshot, listed: dict[datetime, Snapshot]) -> bool:
    old = listed.get(snapshot.snapshot_at)
    return old is not None and old.sha256 != snapshot.sha256


def _read(lake: Lake, key: str) -> Blob | None:
    try:
        return lake.read(key)
    except ObjectMissing:
        return None
