"""DuckDB connections, and the models in `sql/`: one select a file, the folder is the layer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from pathlib import Path
from typing import Any

import duckdb

# DuckDB 2.0 writes files that 1.5 cannot open unless told not to.
STORAGE_VERSION = "v1.5.0"
MEMORY_LIMIT = "256MB"
# How many rows are inserted at once.
ROWS_AT_ONCE = 5_000
# DuckDB 2 writes files in threads of their own, and asks without a pause whether they are done.
# DuckDB 1.5 has neither the threads nor the setting.
_NO_WAITING: dict[str, int] = {} if duckdb.__version__.startswith("1.") else {"async_threads": 0}
_COMMENT = re.compile("--.*")
_RELATION = re.compile(r"\b(?:from|join)\s+(\w+)")


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query, and the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def connect(
    path: Path | None = None, *, scratch: Path | None = None, read_only: bool = False
) -> duckdb.DuckDBPyConnection:
    """Connect to the database at `path`, or to one in memory; times are UTC.

    A `with` statement closes the connection. DuckDB uses one thread: for inputs of a few megabytes
    it is faster than two, takes half the memory, and writes files with the same bytes everywhere.
    Raises duckdb.Error where there is no database at `path` that can be opened.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 1, **_NO_WAITING}
    if path is not None and not read_only:
        config["storage_compatibility_version"] = STORAGE_VERSION
    connection = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=config)
    connection.execute("set timezone = 'UTC'")
    # In a process without a script, such as a Dask worker, DuckDB would print its progress.
    connection.execute("set enable_progress_bar = false")
    if scratch is not None:
        connection.execute("set temp_directory = ?", [str(scratch)])
    return connection


@cache
def models(layer: str) -> dict[str, str]:
    """The selects in `sql/<layer>` by name, in alphabetical order."""
    return _texts(layer, ".sql")


def create_table(
    connection: duckdb.DuckDBPyConnection, layer: str, name: str, *, temporary: bool = False
) -> None:
    """Create the table of one model in `sql/<layer>`."""
    kind = "temp table" if temporary else "table"
    connection.execute(f"create or replace {kind} {name} as {models(layer)[name]}")


def create_tables(
    connection: duckdb.DuckDBPyConnection,
    layer: str,
    *,
    existing: Collection[str] = (),
    temporary: bool = False,
) -> None:
    """Create the tables of all models in `sql/<layer>`, after those that they read.

    `existing` tables are left as they are.
    """
    for name in models_in_order(layer):
        if name not in existing:
            create_table(connection, layer, name, temporary=temporary)


def drop_tables(
    connection: duckdb.DuckDBPyConnection, layer: str, *, keep: Collection[str] = ()
) -> None:
    """Drop the tables of all models in `sql/<layer>`, except those to `keep`."""
    for name in models(layer).keys() - keep:
        connection.execute(f"drop table {name}")


def create_views(connection: duckdb.DuckDBPyConnection, *wanted: str) -> None:
    """Create the views in `sql/views`, or the `wanted` ones, after the views that they read."""
    for name in models_in_order("views"):
        if not wanted or name in wanted:
            connection.execute(f"create or replace view {name} as {models('views')[name]}")


@cache
def models_in_order(layer: str) -> tuple[str, ...]:
    """The names of the models in `sql/<layer>`, each after those of its layer that it reads."""
    known = models(layer)
    reads = {
        name: relations_read(select) & (known.keys() - {name}) for name, select in known.items()
    }
    return tuple(TopologicalSorter(reads).static_order())


def results(connection: duckdb.DuckDBPyConnection, layer: str) -> list[tuple[Any, ...]]:
    """The rows of all models in `sql/<layer>`, one model after the other."""
    return [
        row for select in models(layer).values() for row in connection.execute(select).fetchall()
    ]


def relations_read(select: str) -> set[str]:
    """The names after `from` and `join` in a select: tables and views that it reads, and others."""
    return set(_RELATION.findall(_COMMENT.sub("", select)))


def insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, new: Sequence[dict[str, Any]]
) -> None:
    """Insert rows, given by column name, into a table; values that JSON lacks are given as text."""
    # One JSON parameter is a hundred times faster than a statement for each row. While DuckDB reads
    # it, a row takes some kilobytes of memory.
    columns = json.dumps([dict(described(connection, table))])
    for start in range(0, len(new), ROWS_AT_ONCE):
        connection.execute(
            f"insert into {table} by name"
            " select unnest(from_json(?::varchar, ?::varchar), recursive := true)",
            [json.dumps(new[start : start + ROWS_AT_ONCE], default=str), columns],
        )


def described(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    """The columns of a relation in their order: name and type."""
    found = connection.execute(f"describe from {relation}").fetchall()
    return [(str(name), str(kind)) for name, kind, *_ in found]


def has_relation(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether there is a table or a view of that name. The catalog would read all others, too."""
    try:
        connection.execute(f"from {name} limit 0")
    except duckdb.CatalogException:
        return False
    return True


def in_little_memory(
    connection: duckdb.DuckDBPyConnection,
    work: Callable[[duckdb.DuckDBPyConnection], None],
    limit: str = MEMORY_LIMIT,
) -> None:
    """Do work that is one transaction in a bounded memory, with scratch space beyond it.

    Where DuckDB cannot, because some of its operators hold all that they work on, it gets as much
    as it needs. Scratch space costs hardly any time. The limit stays for what follows.
    """
    try:
        connection.execute("set memory_limit = ?", [limit])
        work(connection)
    except duckdb.OutOfMemoryException:
        with suppress(duckdb.TransactionException):  # there may be no transaction any more
            connection.rollback()
        connection.execute("set memory_limit = ?", [_usual_memory_limit()])
        work(connection)


def set_variables(connection: duckdb.DuckDBPyConnection, **values: object) -> None:
    """Set variables that models read with `getvariable`."""
    for name, value in values.items():
        connection.execute(f"set variable {name} = ?", [value])


def rows(
    connection: duckdb.DuckDBPyConnection, select: str, parameters: Iterable[object] = ()
) -> list[dict[str, Any]]:
    """All rows of a query, each by column name."""
    cursor = connection.execute(select, list(parameters))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def count(connection: duckdb.DuckDBPyConnection, select: str, *parameters: object) -> int:
    """The number that a query returns."""
    found = connection.execute(select, list(parameters)).fetchone()
    return int(found[0]) if found else 0


def _usual_memory_limit() -> str:
    # DuckDB 1.5 does not heed `reset memory_limit`.
    with duckdb.connect() as fresh:
        found = fresh.execute("select current_setting('memory_limit')").fetchall()
    return str(found[0][0])


@cache
def structures() -> dict[str, str]:
    """The JSON structures in `sql/raw`, for `from_json`, by name; each may contain others."""
    declared = _texts("raw", ".json")
    for name in declared:
        for other, text in declared.items():
            declared[name] = declared[name].replace(f'"${other}"', text)
    return {name: json.dumps(json.loads(text)) for name, text in declared.items()}


def _texts(layer: str, suffix: str) -> dict[str, str]:
    folder = files("sql").joinpath(layer)
    found = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(suffix))
    return {name.removesuffix(suffix): folder.joinpath(name).read_text("utf-8") for name in found}
