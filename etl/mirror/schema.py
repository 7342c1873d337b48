"""The tables of the mirror, with the columns that the marts have."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import duckdb

from etl.database import (
    connect,
    create_table,
    create_tables,
    described,
    set_variables,
    structures,
)
from etl.files import scratch_folder
from etl.lake.layout import TABLES


def create_mirrored_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the empty tables `songs`, `albums` and `artists`."""
    for table, columns in mart_columns().items():
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
        connection.execute(f"create table {table} ({listed})")


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
            response_paths=[str(nothing)],
            chart_lines_path=str(nothing),
        )
        create_tables(connection, "references", existing=["answers"])
        create_tables(connection, "raw", existing=["raw_files"])
    create_tables(connection, "staging")
    create_tables(connection, "marts")
