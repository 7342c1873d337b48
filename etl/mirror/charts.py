"""The table `charts`: what the ids and snapshots of charts say about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from etl.database import insert_rows, models, rows
from etl.errors import MirrorError
from etl.mirror.reader import open_mirror
from etl.sources.chart_names import chart_properties


def replace_charts(connection: duckdb.DuckDBPyConnection) -> None:
    """Bring the table `charts` of a mirror up to the snapshots that it has."""
    connection.execute("delete from charts")
    insert_rows(connection, "charts", list(_charts(connection)))


def own_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """What the rows of `published_snapshots` call their charts, by chart id."""
    return {row["chart_id"]: row["own_name"] for row in _named(connection)}


def names_in_mirror(path: Path) -> dict[str, str]:
    """The names of the charts in the mirror, by chart id; none without one of this version."""
    try:
        with open_mirror(path) as connection:
            return chart_names(connection)
    except MirrorError:
        return {}


def chart_names(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """The names of the charts in an open mirror, by chart id."""
    return dict(connection.execute("select chart_id, chart_name from charts").fetchall())


def _charts(connection: duckdb.DuckDBPyConnection) -> Iterator[dict[str, Any]]:
    for row in _named(connection):
        known = chart_properties(row["chart_id"], row.pop("own_name"))
        yield asdict(known) | row


def _named(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    return rows(connection, models("status")["named_charts"])
