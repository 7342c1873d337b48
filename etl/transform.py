"""Raw files to the three tables: built, checked, and left in a folder as Parquet."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from etl.database import connect, models, rows, run_layer, set_variables, structures
from etl.references import References, stage_references
from etl.snapshot import TABLES, Partition, Snapshot, identify

READABLE = "the file can be read"


@dataclass(frozen=True, slots=True)
class RawFile:
    """A raw file whose bytes lie at `path` for the time of a transformation."""

    name: str
    path: Path
    sha256: str
    size: int
    is_text: bool
    is_chart_file: bool
    landed_at: datetime


@dataclass(frozen=True, slots=True)
class Broken:
    """A raw file that is no sound snapshot: the first rule it breaks, and what breaks it."""

    name: str
    rule: str
    offenders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Transformed:
    """The sound snapshots by partition, and the broken files.

    `folder` holds `songs.parquet`, `albums.parquet` and `artists.parquet` with the rows of all
    these snapshots, in the order of their keys; there are none where no file is sound.
    """

    folder: Path
    partitions: dict[Partition, tuple[Snapshot, ...]]
    broken: tuple[Broken, ...]


def stage_raw_file(name: str, body: bytes, landed_at: datetime, path: Path) -> RawFile:
    """Lay the bytes of a raw file at `path`, where `transform` will read them."""
    # A byte order mark is no part of JSON, and would be part of a chart file's first name.
    text = body.removeprefix(b"\xef\xbb\xbf")
    path.write_bytes(text)
    return RawFile(
        name=name,
        path=path,
        sha256=hashlib.sha256(body).hexdigest(),
        size=len(body),
        is_text=_is_text(text),
        is_chart_file=text.lstrip()[:1] not in (b"{", b"["),
        landed_at=landed_at,
    )


def transform(
    raw_files: Sequence[RawFile], folder: Path, references: References | None = None
) -> Transformed:
    """Build and check the tables of `raw_files` in one pass, with what `references` know.

    Files that break a rule are set aside, and the tables built again without them: no row
    of theirs is left, and none of another file is lost.
    """
    broken: list[Broken] = []
    references = references or stage_references((), folder)
    sound = list(raw_files)
    while sound:
        transformed = _attempt_all(sound, folder, references)
        broken.extend(transformed.broken)
        if not transformed.broken:
            return Transformed(folder, transformed.partitions, tuple(broken))
        names = {file.name for file in broken}
        sound = [file for file in sound if file.name not in names]
    return Transformed(folder, {}, tuple(broken))


def build(
    connection: duckdb.DuckDBPyConnection,
    raw_files: Sequence[RawFile],
    folder: Path,
    references: References,
) -> None:
    """Make the tables of every layer, from raw to marts, in `connection`."""
    _load(connection, raw_files, folder, references)
    for layer in ("staging", "marts"):
        run_layer(connection, layer)


def _attempt_all(raw_files: Sequence[RawFile], folder: Path, references: References) -> Transformed:
    try:
        return _attempt(raw_files, folder, references)
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        return Transformed(folder, {}, _unreadable(raw_files, folder, references))


def _unreadable(
    raw_files: Sequence[RawFile], folder: Path, references: References
) -> tuple[Broken, ...]:
    # One file made the whole pass fail; DuckDB does not say which, so each is tried alone.
    broken = []
    for raw_file in raw_files:
        try:
            _attempt([raw_file], folder, references)
        except duckdb.Error as error:
            reason = str(error).strip().splitlines()[0]
            broken.append(Broken(raw_file.name, READABLE, (reason,)))
    if not broken:
        raise duckdb.Error("DuckDB failed on the files together, and on none of them alone")
    return tuple(broken)


def _attempt(raw_files: Sequence[RawFile], folder: Path, references: References) -> Transformed:
    with connect(scratch=folder) as connection:
        build(connection, raw_files, folder, references)
        broken = _check(connection)
        if not broken:
            for table in TABLES:
                connection.execute(f"copy {table} to '{folder / table}.parquet'")
        return Transformed(folder, _partitions(connection), broken)


def _load(
    connection: duckdb.DuckDBPyConnection,
    raw_files: Sequence[RawFile],
    folder: Path,
    references: References,
) -> None:
    # DuckDB's readers want at least one file; this one has no rows.
    nothing = folder / "nothing"
    nothing.touch()
    texts = [file for file in raw_files if file.is_text]
    set_variables(
        connection,
        **structures(),
        known_tracks_path=str(references.known_tracks),
        known_artists_path=str(references.known_artists),
        response_paths=[str(f.path) for f in texts if not f.is_chart_file] or [str(nothing)],
        chart_file_paths=[str(f.path) for f in texts if f.is_chart_file] or [str(nothing)],
    )
    raw = models("raw")
    connection.execute(f"create or replace table raw_files as {raw['raw_files']}")
    if raw_files:
        connection.executemany(
            "insert into raw_files values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_raw_row(file) for file in raw_files],
        )
    for name in ("responses", "chart_lines", "known_tracks", "known_artists"):
        connection.execute(f"create or replace table {name} as {raw[name]}")


def _raw_row(file: RawFile) -> tuple[object, ...]:
    named = identify(file.name)
    return (
        file.name,
        str(file.path),
        file.sha256,
        file.size,
        file.is_text,
        file.is_chart_file,
        named.chart_id,
        _naive(named.snapshot_at),
        _naive(named.foreign_at),
        _naive(file.landed_at),
    )


def _check(connection: duckdb.DuckDBPyConnection) -> tuple[Broken, ...]:
    offenders: dict[tuple[str, str], list[str]] = defaultdict(list)
    for check in models("checks").values():
        for raw_name, rule, offender in connection.execute(check).fetchall():
            offenders[raw_name, rule].append(str(offender))
    first: dict[str, Broken] = {}
    for (raw_name, rule), found in offenders.items():
        first.setdefault(raw_name, Broken(raw_name, rule, tuple(sorted(found))))
    return tuple(first.values())


def _partitions(
    connection: duckdb.DuckDBPyConnection,
) -> dict[Partition, tuple[Snapshot, ...]]:
    found: dict[Partition, list[Snapshot]] = defaultdict(list)
    for row in rows(connection, "from snapshots where is_current"):
        moment = row["snapshot_at"]
        assert isinstance(moment, datetime)
        partition = Partition(str(row["chart_id"]), f"{moment:%Y-%m}")
        found[partition].append(
            Snapshot(
                snapshot_at=moment.replace(tzinfo=UTC),
                raw_name=str(row["first_name"]),
                sha256=str(row["sha256"]),
                entries=int(str(row["entries"])),
                expected_entries=int(str(row["expected_entries"])),
                is_complete=bool(row["is_complete"]),
            )
        )
    return {partition: tuple(snapshots) for partition, snapshots in found.items()}


def _is_text(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _naive(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
