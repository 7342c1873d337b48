"""The door to DuckDB: connections, and the models in `sql/`, one select a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import duckdb

# DuckDB 2.0 writes files that 1.5 cannot open unless told not to.
STORAGE_VERSION = "v1.5.0"


@contextmanager
def connect(
    path: Path | None = None, *, scratch: Path | None = None, read_only: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the database at `path`, or to one in memory; times are UTC.

    One thread: for inputs of a few megabytes it is faster than two and takes
    half the memory, and the files it writes have the same bytes everywhere.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"threads": 1}
    if path is not None and not read_only:
        config["storage_compatibility_version"] = STORAGE_VERSION
    connection = duckdb.connect(str(path or ":memory:"), read_only=read_only, config=config)
    try:
        connection.execute("set timezone = 'UTC'")
        if scratch is not None:
            connection.execute("set temp_directory = ?", [str(scratch)])
        yield connection
    finally:
        connection.close()


def run_layer(connection: duckdb.DuckDBPyConnection, layer: str) -> None:
    """Make a table of each model in `sql/<layer>`, named as its file."""
    for name, select in models(layer).items():
        connection.execute(f"create or replace table {name} as {select}")


def create_views(connection: duckdb.DuckDBPyConnection, *wanted: str) -> None:
    """Make the views in `sql/views` named, or all of them, after the views they read."""
    views = models("views")
    reads = {
        name: {other for other in views if other != name and re.search(rf"\b{other}\b", select)}
        for name, select in views.items()
    }
    for name in TopologicalSorter(reads).static_order():
        if not wanted or name in wanted:
            connection.execute(f"create or replace view {name} as {views[name]}")


@cache
def models(layer: str) -> dict[str, str]:
    """The selects in `sql/<layer>` by name, in alphabetical order."""
    return {name.removesuffix(".sql"): text for name, text in _texts(layer, ".sql")}


@cache
def structures() -> dict[str, str]:
    """The declared JSON structures in `sql/raw`, ready for `from_json`, by name."""
    declared = {name.removesuffix(".json"): text for name, text in _texts("raw", ".json")}
    track = declared["track"]
    return {
        name: json.dumps(json.loads(text.replace('"$track"', track)))
        for name, text in declared.items()
    }


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


def _texts(layer: str, suffix: str) -> list[tuple[str, str]]:
    folder: Traversable = files("sql").joinpath(layer)
    found = [entry for entry in folder.iterdir() if entry.name.endswith(suffix)]
    return [(entry.name, entry.read_text("utf-8")) for entry in sorted(found, key=lambda e: e.name)]
