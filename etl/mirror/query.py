"""Queries on the mirror."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb

from etl.database import QueryResult
from etl.errors import QueryError
from etl.mirror.reader import QUERY_THREADS, open_mirror


def query_mirror(path: Path, sql: str) -> QueryResult:
    """The result of `sql` on the mirror at `path`. Raises QueryError with DuckDB's own words."""
    with open_mirror(path, threads=QUERY_THREADS) as connection:
        try:
            if not connection.extract_statements(sql):
                raise QueryError("There is no query in the text, or nothing but comments.")
            return fetched(connection, sql)
        except duckdb.Error as error:
            raise QueryError(f"The mirror cannot run the query: {error}") from error


def fetched(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> QueryResult:
    """The result of `sql`; Ctrl-C ends it. Raises duckdb.Error."""

    def fetch() -> QueryResult:
        cursor = connection.execute(sql, list(parameters))
        columns = tuple(column[0] for column in cursor.description or ())
        return QueryResult(columns, tuple(cursor.fetchall()))

    # DuckDB heeds no Ctrl-C while several of its threads work for the main thread, which
    # therefore waits for another one.
    with ThreadPoolExecutor(1) as executor:
        running = executor.submit(fetch)
        try:
            return running.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise
