"""The files of a partition: Parquet, or CSV that Athena's CSV reader reads back exactly."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from etl.manifest import Manifest
from etl.snapshot import NamedIdentity

ORDER = {
    "songs": 'chart_id, snapshot_at, "position"',
    "albums": "chart_id, snapshot_at, album_id",
    "artists": "chart_id, snapshot_at, artist_id",
}


def write_table(
    connection: duckdb.DuckDBPyConnection, relation: str, table: str, path: Path
) -> None:
    """Write all rows of `relation` to `path`, in the order of the key of `table`.

    Parquet or CSV, by the suffix of `path`. The same rows give the same bytes.
    """
    columns = _columns(connection, relation)
    if path.suffix == ".csv":
        select = (
            f"select {', '.join(map(_to_text, columns))} from {relation} order by {ORDER[table]}"
        )
        options = "format csv, header true, delimiter ',', quote '\"', escape '\"', force_quote *"
    else:
        select = f"select * from {relation} order by {ORDER[table]}"
        options = "format parquet, compression zstd"
    connection.execute(f"copy ({select}) to '{_quoted(path)}' ({options})")


def insert_table(
    connection: duckdb.DuckDBPyConnection, relation: str, paths: list[Path], where: str = "true"
) -> None:
    """Insert into `relation` the rows of files that `write_table` wrote, where `where` holds."""
    for suffix, read in ((".parquet", "read_parquet"), (".csv", "read_csv")):
        chosen = [f"'{_quoted(path)}'" for path in paths if path.suffix == suffix]
        if chosen:
            source = f"{read}([{', '.join(chosen)}]{_CSV_OPTIONS if suffix == '.csv' else ''})"
            select = _typed(connection, relation, source) if suffix == ".csv" else f"from {source}"
            connection.execute(
                f"insert into {relation} by name select * from ({select}) where {where}"
            )


def insert_snapshots(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> None:
    """Insert into `published_snapshots` the snapshots that `manifest` lists."""
    listed = [
        (
            manifest.partition.chart_id,
            one.snapshot_at.replace(tzinfo=None),
            one.raw_name,
            one.sha256,
            one.entries,
            one.expected_entries,
            one.is_complete,
        )
        for one in manifest.snapshots
    ]
    if listed:
        connection.executemany(
            "insert into published_snapshots values (?, ?, ?, ?, ?, ?, ?)", listed
        )


def insert_landed(connection: duckdb.DuckDBPyConnection, landed: Iterable[NamedIdentity]) -> None:
    """Insert into `published_snapshots` those of `landed` that are not there, as if published."""
    for named in landed:
        if named.chart_id and named.snapshot_at:
            moment = named.snapshot_at.replace(tzinfo=None)
            connection.execute(
                "insert into published_snapshots select $1, $2, '', '', 0, 0, true where not exists"
                " (from published_snapshots where chart_id = $1 and snapshot_at = $2)",
                [named.chart_id, moment],
            )


# Athena's CSV reader takes a backslash for an escape, ends a row at a line break
# in a quoted cell, and knows no null: hence the doubling, the spaces and the
# empty cells. Lists are joined with |, which no id contains.
_CSV_OPTIONS = (
    ", header = true, auto_detect = false, all_varchar = true, delim = ',', quote = '\"',"
    " escape = '\"', union_by_name = true"
)


def _to_text(column: tuple[str, str]) -> str:
    name, kind = column
    text = f"array_to_string({name}, '|')" if kind.endswith("[]") else f"{name}::varchar"
    if kind.startswith("VARCHAR"):
        text = rf"replace(regexp_replace({text}, '\r\n|\r|\n', ' ', 'g'), '\', '\\')"
    return f"coalesce({text}, '') as {name}"


def _typed(connection: duckdb.DuckDBPyConnection, relation: str, source: str) -> str:
    columns = ", ".join(map(_from_text, _columns(connection, relation)))
    return f"select {columns} from {source}"


def _from_text(column: tuple[str, str]) -> str:
    name, kind = column
    text = f"nullif({name}, '')"
    if kind.startswith("VARCHAR"):
        text = rf"replace({text}, '\\', '\')"
    if kind.endswith("[]"):
        text = f"string_split({text}, '|')"
    return f"({text})::{kind} as {name}"


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str]]:
    described = connection.execute(f"describe {relation}").fetchall()
    return [(f'"{name}"', str(kind)) for name, kind, *_ in described]


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
