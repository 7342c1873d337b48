"""Query: SQL on the mirror or in Athena, answered as a table, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from numbers import Number
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.errors import Misconfigured, QueryRefused
from etl.mirror import reading
from etl.settings import Settings

# More rows than this no one reads in a terminal.
TABLE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, and the names of their columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def ask(path: Path, sql: str) -> Answer:
    """Answer `sql` from the mirror at `path`. Raises QueryRefused with DuckDB's own words."""
    with reading(path) as connection:
        try:
            cursor = connection.execute(sql)
            columns = tuple(column[0] for column in cursor.description or ())
            return Answer(columns, tuple(cursor.fetchall()))
        except duckdb.Error as error:
            raise QueryRefused(f"The mirror cannot answer that: {error}") from error


def ask_athena(settings: Settings, sql: str) -> Answer:
    """Answer `sql`, in Athena's dialect, from what the crawler has found. Raises as `athena.run`.

    Numbers, times and truth are told apart; lists are the text that Athena makes of them.
    """
    if not settings.athena_database:
        raise Misconfigured(
            "Set CHARTLAKE_ATHENA_DATABASE to the database in which the crawler makes its tables;"
            " nothing was asked."
        )
    from etl import athena

    found = athena.run(sql, settings.athena_database, settings.athena_workgroup)
    values = [_READ.get(one, str) for one in found.types]
    rows = (
        tuple(
            None if cell is None else value(cell) for value, cell in zip(values, row, strict=True)
        )
        for row in found.rows
    )
    return Answer(found.columns, tuple(rows))


def print_table(answer: Answer, console: Console) -> None:
    """Print the answer as a table that fits the terminal."""
    table = Table(row_styles=("", "dim"), header_style="bold", box=None)
    for index, name in enumerate(answer.columns):
        is_numeric = all(isinstance(row[index], Number | None) for row in answer.rows)
        table.add_column(Text(name), justify="right" if is_numeric else "left")
    for row in answer.rows[:TABLE_ROWS]:
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)
    if len(answer.rows) > TABLE_ROWS:
        console.print(
            f"… and {len(answer.rows) - TABLE_ROWS} more rows; --format csv prints them all."
        )


def to_csv(answer: Answer) -> str:
    """The answer as CSV, a line of names first; lists are JSON, null is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_plain(value) for value in row] for row in answer.rows)
    return text.getvalue()


def to_json(answer: Answer) -> str:
    """The answer as a JSON list with an object for each row; times are text, as DuckDB's."""
    objects = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(objects, default=_known_to_json, ensure_ascii=False, indent=1) + "\n"


# How the text of a cell is read, by the type that Athena gives the column:
# https://docs.aws.amazon.com/athena/latest/ug/data-types.html
_READ: dict[str, Callable[[str], Any]] = {
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), int),
    **dict.fromkeys(("float", "real", "double"), float),
    "decimal": Decimal,
    "boolean": lambda text: text == "true",
    "date": date.fromisoformat,
    "timestamp": datetime.fromisoformat,
}


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(value, default=_known_to_json, ensure_ascii=False)
    return value


def _known_to_json(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
