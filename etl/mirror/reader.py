"""Reading the mirror."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.database import connect, has_relation
from etl.errors import MirrorError, MirrorOutdated
from etl.lake.layout import Partition
from etl.mirror.schema import FORMAT_VERSION, Schema, current_schema, read_schema

# For a question over the whole mirror, more threads take less time; beyond four, hardly less, and
# more memory.
QUERY_THREADS = min(os.cpu_count() or 1, 4)


@contextmanager
def open_mirror(path: Path, *, threads: int = 1) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the mirror for reading; it has the relations that this version of chartlake creates.

    Raises MirrorOutdated where a refresh has to create them first, MirrorError where there is no
    mirror that can be read, or a newer version of chartlake wrote it.
    """
    with open_older_mirror(path) as connection:
        check_schema(path, connection)
        # As a setting of the connection, it does not keep others of this process from opening it.
        connection.execute("set threads = ?", [threads])
        yield connection


@contextmanager
def open_older_mirror(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the mirror for reading, although an older version of chartlake may have written it.

    Raises MirrorError as `open_mirror` does.
    """
    if not path.exists():
        raise MirrorError(f"There is no mirror at {path} yet. Run `chartlake mirror` to create it.")
    try:
        connection = connect(path, read_only=True)
    except duckdb.Error as error:
        raise _not_a_mirror(path, str(error)) from error
    with connection:
        if not has_relation(connection, "mirrored_partitions"):
            raise _not_a_mirror(path, "it has no table mirrored_partitions.")
        version = read_schema(connection).format_version
        if version > FORMAT_VERSION:
            raise MirrorError(
                f"{path} has format {version}, from a newer version of chartlake; this version"
                f" reads up to {FORMAT_VERSION}. The file was not changed. Update chartlake, or set"
                " CHARTLAKE_MIRROR to another path and run `chartlake mirror`."
            )
        yield connection


def check_schema(path: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise MirrorOutdated unless the open mirror has the relations of this version."""
    if read_schema(connection) != current_schema():
        raise MirrorOutdated(
            f"Another version of chartlake wrote the mirror {path}, with other tables or views. The"
            " file was not changed. Run `chartlake mirror` to bring it up to this version."
        )


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a mirror holds: the version of the manifest of each partition, and its schema."""

    versions: Mapping[Partition, str]
    schema: Schema


def read_mirrored(path: Path) -> Mirrored | None:
    """What the mirror holds, of any version up to this; None without one. Raises MirrorError."""
    if not path.exists():
        return None
    with open_older_mirror(path) as connection:
        found = connection.execute("from mirrored_partitions").fetchall()
        schema = read_schema(connection)
    versions = {Partition(chart_id, month): version for chart_id, month, version in found}
    return Mirrored(versions, schema)


def recent_gaps(path: Path) -> dict[str, list[str]]:
    """The last days of the periods that charts lack among their last four, by chart.

    There are none without a mirror of this version.
    """
    if not path.exists():
        return {}
    try:
        with open_mirror(path) as connection:
            return _recent_gaps(connection)
    except MirrorOutdated:
        return {}


def _recent_gaps(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = connection.execute(
        "select chart_id, list(period_end::varchar order by period_end) from gaps"
        " inner join (select chart_id, max(period_number) as last_number from chart_periods"
        " group by chart_id) as ends using (chart_id)"
        " where period_number >= last_number - 4"
        " group by chart_id order by chart_id"
    ).fetchall()
    return dict(found)


def _not_a_mirror(path: Path, reason: str) -> MirrorError:
    first_line = reason.strip().splitlines()[0].rstrip(".")
    return MirrorError(
        f"{path} cannot be read as a mirror: {first_line}. The file was not changed. If another"
        " program has it open for writing, close that program; if it is something else, move it"
        " away or set CHARTLAKE_MIRROR to another path; then run `chartlake mirror`."
    )
