"""Query: SQL on the mirror, answered as a table, as CSV or as JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from etl.errors import QueryRefused
from etl.mirror import reading

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


def print_table(answer: Answer, console: Console) -> None:
    """Print the answer as a table that fits the terminal."""
    table = Table(*answer.columns, row_styles=("", "dim"), header_style="bold", box=None)
    for row in answer.rows[:TABLE_ROWS]:
        table.add_row(*map(_cell, row))
    for column, index in zip(table.columns, range(len(answer.columns)), strict=True):
        numbers = [row[index] for row in answer.rows if row[index] is not None]
        if numbers and all(isinstance(number, int | float) for number in numbers):
            column.justify = "right"
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
    """The answer as a JSON list with an object for each row; times are ISO."""
    objects = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(objects, default=str, ensure_ascii=False, indent=1) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _plain(value: Any) -> Any:
    is_nested = isinstance(value, Sequence | dict) and not isinstance(value, str | bytes)
    return json.dumps(value, default=str, ensure_ascii=False) if is_nested else value
