"""Reading the mirror."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from etl.database import connect
from etl.errors import MirrorError
from etl.lake.layout import Partition
from etl.mirror.schema import FORMAT_VERSION, Schema, read_schema


@contextmanager
def open_mirror(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the mirror for reading.

    Raises MirrorError where there is none that can be read, or a newer version of chartlake wrote
    it.
    """
    if not path.exists():
        raise MirrorError(f"There is no mirror at {path} yet. Run `chartlake mirror` to create it.")
    try:
        connection = connect(path, read_only=True)
    except duckdb.Error as error:
        raise _not_a_mirror(path, str(error)) from error
    with connection:
        if not _is_mirror(connection):
            raise _not_a_mirror(path, "it has no table mirrored_partitions.")
        version = read_schema(connection).format_version
        if version > FORMAT_VERSION:
            raise MirrorError(
                f"{path} has format {version}, from a newer version of chartlake; this version"
                f" reads up to {FORMAT_VERSION}. The file was not changed. Update chartlake, or set"
                " CHARTLAKE_MIRROR to another path and run `chartlake mirror`."
            )
        yield connection


@dataclass(frozen=True, slots=True)
class Mirrored:
    """What a mirror holds: the version of the manifest of each partition, and its schema."""

    versions: Mapping[Partition, str]
    schema: Schema


def read_mirrored(path: Path) -> Mirrored | None:
    """What the mirror holds; None without a mirror. Raises MirrorError."""
    if not path.exists():
        return None
    with open_mirror(path) as connection:
        found = connection.execute("from mirrored_partitions").fetchall()
        schema = read_schema(connection)
    versions = {Partition(chart_id, month): version for chart_id, month, version in found}
    return Mirrored(versions, schema)


def recent_gaps(path: Path) -> dict[str, list[str]]:
    """The last days of the periods that charts lack among their last four, by chart.

    There are none without a mirror.
    """
    if not path.exists():
        return {}
    with open_mirror(path) as connection:
        found = connection.execute(
            "select chart_id, list(period_end::varchar order by period_end) from gaps"
            " inner join (select chart_id, max(period_number) as last_number from chart_periods"
            " group by chart_id) as ends using (chart_id)"
            " where period_number >= last_number - 4"
            " group by chart_id order by chart_id"
        ).fetchall()
    return dict(found)


def _is_mirror(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "select 1 from duckdb_tables() where table_name = 'mirrored_partitions'"
    )
    return found.fetchone() is not None


def _not_a_mirror(path: Path, reason: str) -> MirrorError:
    return MirrorError(
        f"{path} cannot be read as a mirror: {reason.strip().splitlines()[0]} The file was not"
        " changed. If another program has it open for writing, close that program; if it is"
        " something else, move it away or set CHARTLAKE_MIRROR to another path; then run"
        " `chartlake mirror`."
    )
