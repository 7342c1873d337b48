"""The tables and views of the mirror, and the version of both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

import duckdb

from etl.database import (
    connect,
    create_table,
    create_tables,
    create_views,
    described,
    has_relation,
    insert_rows,
    models,
    set_variables,
    structures,
)
from etl.files import scratch_folder
from etl.lake.layout import TABLES

# Version 1 has no table mirror_properties, version 2 no table entries, version 3 no tables charts
# and recordings, and no chart entries in artists and albums.
FORMAT_VERSION = 4


@dataclass(frozen=True, slots=True)
class Schema:
    """Which tables and views a mirror has, and by which models the stored history was computed."""

    format_version: int
    tables_digest: str
    views_digest: str

    def has_tables_of(self, other: Schema) -> bool:
        """Whether both have the same tables, so that rows can stay where they are."""
        return (self.format_version, self.tables_digest) == (
            other.format_version,
            other.tables_digest,
        )


def current_schema() -> Schema:
    """The tables and views that this version of chartlake creates."""
    views = models("views")
    read_by_history = {name: views[name] for name in ("rhythms", "snapshots")}
    layers = ("mirror", "marts", "history", "current", "recordings", "credits")
    stored = [models(layer) for layer in layers]
    return Schema(FORMAT_VERSION, _digest(*stored, read_by_history), _digest(views))


def read_schema(connection: duckdb.DuckDBPyConnection) -> Schema:
    """The tables and views of an open mirror."""
    known = has_relation(connection, "mirror_properties")
    found = connection.execute("from mirror_properties").fetchone() if known else None
    return Schema(*found) if found else Schema(1, "", "")


def write_schema(connection: duckdb.DuckDBPyConnection, schema: Schema) -> None:
    """Note in a mirror which tables and views it has."""
    connection.execute("delete from mirror_properties")
    insert_rows(connection, "mirror_properties", [asdict(schema)])


def update_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the current views and drop all others, if a mirror has those of another version."""
    if read_schema(connection) == current_schema():
        return
    found = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
    for (name,) in found:
        connection.execute(f'drop view "{name}"')
    create_views(connection)
    write_schema(connection, current_schema())


def create_mirror(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables and views of a mirror that is empty."""
    for table, columns in mart_columns().items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        connection.execute(f"create table {table} ({listed})")
    create_tables(connection, "mirror")
    connection.execute("drop table songs")  # a view of `entries` takes its place
    create_views(connection)
    write_schema(connection, current_schema())


def create_periods(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the periods and gaps of the snapshots in `published_snapshots`, without a mirror."""
    create_views(connection, "rhythms", "snapshots")
    create_table(connection, "history", "present_periods")
    connection.execute("create view chart_periods as from present_periods")
    create_views(connection, "gaps")


@cache
def mart_columns() -> dict[str, list[tuple[str, str]]]:
    """The columns of the three tables, name and type, as the marts give them."""
    with connect() as connection:
        create_empty_marts(connection)
        return {table: described(connection, table) for table in TABLES}


def create_empty_marts(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of every layer up to the marts, from no raw file at all."""
    create_table(connection, "references", "answers")
    create_table(connection, "raw", "raw_files")
    with scratch_folder() as folder:
        nothing = Path(folder, "nothing")
        nothing.touch()
        set_variables(
            connection,
            **structures(),
            response_lines_path=str(nothing),
            track_lines_path=str(nothing),
            longest_line=0,
            chart_lines_path=str(nothing),
        )
        create_tables(connection, "references", existing=["answers"])
        create_tables(connection, "raw", existing=["raw_files"])
    create_tables(connection, "staging")
    create_tables(connection, "marts")


def _digest(*layers: Mapping[str, str]) -> str:
    texts = [text for layer in layers for text in layer.items()]
    return hashlib.sha256(repr(texts).encode()).hexdigest()[:16]
