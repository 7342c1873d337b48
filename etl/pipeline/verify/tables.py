"""Table files, read with DuckDB as docs/lake.md describes them."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from etl.database import described, rows
from etl.lake.layout import TABLES
from etl.pipeline.verify.finding import Finding
from etl.pipeline.verify.listing import REBUILD, Listing

# Columns by name, with their types, for each table.
Columns = Mapping[str, Mapping[str, str]]

_CSV = (
    "header = true, auto_detect = false, all_varchar = true, delim = ',', quote = '\"',"
    " escape = '\"', union_by_name = true"
)


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows there are, and a digest that does not depend on their order."""

    rows: int
    digest: int


@dataclass(slots=True)
class TablesChecked:
    """What is wrong with the table files of a partition, and what those contain that are whole."""

    findings: list[Finding] = field(default_factory=list)
    contents: dict[str, Content] = field(default_factory=dict)


def check_tables(
    key: str,
    listing: Listing,
    bodies: Mapping[str, bytes | None],
    columns: Columns,
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
) -> TablesChecked:
    """Check the files of a partition against its manifest.

    `bodies` are the bytes of its files by table; `columns` are those that contents are made of.
    """
    checked = TablesChecked()
    entries: Counter[datetime] = Counter()
    for table in TABLES:
        problem = _bytes_problem(listing, table, bodies[table])
        if problem:
            checked.findings.append(_finding(key, table, problem))
            continue
        path = folder / f"{table}{Path(listing.files[table].key).suffix}"
        path.write_bytes(bodies[table] or b"")
        try:
            _open(connection, path)
            groups = rows(connection, _groups(connection))
            for problem in _row_problems(listing, table, groups):
                checked.findings.append(_finding(key, table, problem))
            entries.update({group["moment"]: group["positions"] for group in groups})
            if table in columns:
                checked.contents[table] = _content(connection, columns[table], path.suffix)
        except duckdb.Error as error:
            problem = f"cannot be read ({str(error).splitlines()[0]})"
            checked.findings.append(_finding(key, table, problem))
    if not checked.findings:
        checked.findings.extend(_entry_findings(key, listing, entries))
    return checked


def content_digest(columns: Mapping[str, str]) -> str:
    """The SQL of a `Content`, for a relation that has these columns."""
    members = ", ".join(f'"{name}": "{name}"' for name in columns)
    digests = f"md5_number_lower(to_json({{{members}}})::varchar)"
    return f"count(*), coalesce(sum({digests}), 0)"


def _finding(key: str, table: str, problem: str) -> Finding:
    return Finding(key, f"the {table} file {problem}", REBUILD)


def _bytes_problem(listing: Listing, table: str, body: bytes | None) -> str | None:
    file = listing.files[table]
    if body is None:
        return "is missing"
    if hashlib.sha256(body).hexdigest() != file.sha256:
        return "has other bytes than listed"
    if len(body) != file.size:
        return f"has {len(body)} bytes, not {file.size} as listed"
    return None


def _open(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    quoted = "'" + str(path).replace("'", "''") + "'"
    is_csv = path.suffix == ".csv"
    source = f"read_csv({quoted}, {_CSV})" if is_csv else f"read_parquet({quoted})"
    connection.execute(f"create or replace temp view table_file as from {source}")


def _groups(connection: duckdb.DuckDBPyConnection) -> str:
    """The SQL that counts the rows and positions of each chart and snapshot in the open file."""
    has_position = "position" in dict(described(connection, "table_file"))
    place = "nullif(\"position\"::varchar, '')" if has_position else "null::varchar"
    return (
        "select chart_id::varchar as chart_id, snapshot_at::varchar::timestamp as moment,"
        f" count(*) as row_count, count({place}) as positions,"
        f" count(distinct {place}) as distinct_positions from table_file group by all order by all"
    )


def _row_problems(listing: Listing, table: str, groups: list[dict[str, object]]) -> Iterator[str]:
    listed = {snapshot.moment for snapshot in listing.snapshots}
    found = sum(int(str(group["row_count"])) for group in groups)
    if found != listing.files[table].rows:
        yield f"has {found} rows, not {listing.files[table].rows} as listed"
    for group in groups:
        snapshot = f"of {group['moment']}"
        if group["chart_id"] != listing.chart_id:
            yield f"has rows of another chart, {group['chart_id']}"
        if group["moment"] not in listed:
            yield f"has rows of the snapshot {snapshot}, which is not listed"
        if group["positions"] != group["distinct_positions"]:
            yield f"has two rows with the same position in the snapshot {snapshot}"
        if table == "songs" and group["positions"] != group["row_count"]:
            yield f"has rows without a position in the snapshot {snapshot}"


def _entry_findings(key: str, listing: Listing, entries: Counter[datetime]) -> Iterator[Finding]:
    for snapshot in listing.snapshots:
        found = entries[snapshot.moment]
        if found != snapshot.entries:
            problem = (
                f"the table files have {found} entries of the snapshot of {snapshot.moment}, not"
                f" {snapshot.entries} as listed"
            )
            yield Finding(key, problem, REBUILD)


def _content(
    connection: duckdb.DuckDBPyConnection, columns: Mapping[str, str], suffix: str
) -> Content:
    present = dict(described(connection, "table_file"))
    values = ", ".join(
        f'{_value(name, kind, suffix) if name in present else f"null::{kind}"} as "{name}"'
        for name, kind in columns.items()
    )
    select = f"select {content_digest(columns)} from (select {values} from table_file)"
    ((count, digest),) = connection.execute(select).fetchall()
    return Content(count, digest)


def _value(name: str, kind: str, suffix: str) -> str:
    """The SQL that reads a cell: in CSV, backslashes are doubled and lists joined with `|`."""
    if suffix != ".csv":
        return f'"{name}"::{kind}'
    text = f"nullif(\"{name}\", '')"
    if kind.startswith("VARCHAR"):
        text = rf"replace({text}, '\\', '\')"
    if kind.endswith("[]"):
        text = f"string_split({text}, '|')"
    return f"({text})::{kind}"
