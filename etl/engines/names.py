"""The names of charts, artists and songs, for questions where there is no mirror."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl.database import connect
from etl.engines.export import read_index
from etl.errors import QueryError
from etl.files import scratch_folder
from etl.lake import Lake
from etl.lake.layout import HISTORY
from etl.mirror.schema import create_mirror

# Charts and what history has of them. These are small; the entries are not.
_OF_CHARTS = ("charts", "chart_periods")


@contextmanager
def mirror_of_export(lake: Lake, *, has_names: bool) -> Iterator[Path]:
    """A mirror of the exported history, for the length of a `with` statement.

    It has charts and their periods alone, unless it `has_names`, of artists and songs. Raises
    QueryError if nothing was exported, or by another version of chartlake.
    """
    index = read_index(lake)
    with scratch_folder() as folder:
        path, draft = Path(folder, "mirror.duckdb"), Path(folder, "draft.parquet")
        with connect(path) as connection:
            create_mirror(connection)
            found = connection.execute("select table_name from duckdb_tables()").fetchall()
            tables = {name for (name,) in found if has_names or name in _OF_CHARTS}
            for key in index.files:
                relation = key.removeprefix(HISTORY).partition("/")[0]
                if relation in tables:
                    draft.write_bytes(lake.read(key).body)
                    _add(connection, relation, draft)
        yield path


def _add(connection: duckdb.DuckDBPyConnection, table: str, file: Path) -> None:
    try:
        connection.execute(f"insert into {table} by name from read_parquet('{file}')")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise QueryError(
            f"The exported {table} cannot be read: {reason} Run `chartlake export`."
        ) from error
