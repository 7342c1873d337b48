"""Queries on the mirror."""

from __future__ import annotations

from pathlib import Path

import duckdb

from etl.database import QueryResult
from etl.errors import QueryError
from etl.mirror.reader import open_mirror


def query_mirror(path: Path, sql: str) -> QueryResult:
    """The result of `sql` on the mirror at `path`. Raises QueryError with DuckDB's own words."""
    with open_mirror(path) as connection:
        try:
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or ())
            return QueryResult(columns, tuple(cursor.fetchall()))
        except duckdb.Error as error:
            raise QueryError(f"The mirror cannot run the query: {error}") from error
