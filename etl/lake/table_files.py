"""Table files: Parquet, or CSV that Athena's CSV reader reads back exactly."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from etl.database import described
from etl.lake.layout import Partition

# The order of rows in a file: the key of the table.
KEYS = {
    "songs": 'chart_id, snapshot_at, "position"',
    "albums": 'chart_id, snapshot_at, "position", album_id',
    "artists": 'chart_id, snapshot_at, "position", artist_id',
}
_CSV_WRITTEN = "format csv, header true, delimiter ',', quote '\"', escape '\"', force_quote *"
_CSV_READ = (
    "header = true, auto_detect = false, all_varchar = true, delim = ',', quote = '\"',"
    " escape = '\"', union_by_name = true"
)


def row_ranges(
    connection: duckdb.DuckDBPyConnection, relation: str
) -> dict[Partition, tuple[int, int]]:
    """The first and last rowid of each partition in a table that is sorted by its key."""
    found = connection.execute(
        f"select chart_id, strftime(snapshot_at, '%Y-%m') as month, min(rowid), max(rowid)"
        f" from {relation} group by chart_id, month"
    ).fetchall()
    return {Partition(chart_id, month): (first, last) for chart_id, month, first, last in found}


def write_table_file(
    connection: duckdb.DuckDBPyConnection, relation: str, span: tuple[int, int] | None, path: Path
) -> int:
    """Write the rows of a sorted table from the first to the last rowid; returns how many.

    Without a span, the file has no rows. The suffix of `path` says whether it is Parquet or CSV.
    The same rows give the same bytes.
    """
    columns, options = "*", "format parquet, compression zstd"
    if path.suffix == ".csv":
        columns = ", ".join(_to_text(*column) for column in described(connection, relation))
        options = _CSV_WRITTEN
    where = f"rowid between {span[0]} and {span[1]}" if span else "false"
    (written,) = connection.execute(
        f"copy (select {columns} from {relation} where {where}) to {_quoted(path)}"
        f" ({options}, use_tmp_file false)"
    ).fetchall()
    return int(written[0])


def insert_table_files(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    paths: Sequence[Path],
    where: str = "true",
) -> None:
    """Insert into `relation` the rows of table files, as far as `where` holds for them.

    A column that a file does not have, because an older version of chartlake wrote it, is null.
    """
    for suffix in (".parquet", ".csv"):
        chosen = ", ".join(_quoted(path) for path in paths if path.suffix == suffix)
        if not chosen:
            continue
        if suffix == ".csv":
            columns = described(connection, relation)
            typed = ", ".join(_from_text(*column) for column in columns)
            absent = ", ".join(f'null::varchar as "{name}"' for name, _ in columns)
            source = (
                f"(select {typed} from (from read_csv([{chosen}], {_CSV_READ})"
                f" union all by name select {absent} where false))"
            )
        else:
            source = f"read_parquet([{chosen}], union_by_name = true)"
        connection.execute(f"insert into {relation} by name from {source} where {where}")


# Athena's CSV reader takes a backslash for an escape, ends a row at a line break in a quoted
# cell, and knows no null: hence the doubling, the spaces and the empty cells. Lists are joined
# with |, which no id contains. https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
def _to_text(name: str, kind: str) -> str:
    text = f"array_to_string(\"{name}\", '|')" if kind.endswith("[]") else f'"{name}"::varchar'
    if kind.startswith("VARCHAR"):
        text = rf"replace(regexp_replace({text}, '\r\n|\r|\n', ' ', 'g'), '\', '\\')"
    return f"coalesce({text}, '') as \"{name}\""


def _from_text(name: str, kind: str) -> str:
    text = f"nullif(\"{name}\", '')"
    if kind.startswith("VARCHAR"):
        text = rf"replace({text}, '\\', '\')"
    if kind.endswith("[]"):
        text = f"string_split({text}, '|')"
    return f'({text})::{kind} as "{name}"'


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
