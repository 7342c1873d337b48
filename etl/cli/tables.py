"""Printing the result of a query: as a table, as CSV, or as JSON."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from numbers import Number
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.database import QueryResult

# What CSV shows as JSON does.
_ENCODED = frozenset({bool, list, tuple, dict})
# More rows than this are too many to read in a terminal.
TABLE_ROWS = 200


def print_table(result: QueryResult, console: Console) -> None:
    """Print a result as a table that fits the terminal."""
    table = Table(row_styles=("", "dim"), header_style="bold", box=None)
    for index, name in enumerate(result.columns):
        is_numeric = all(isinstance(row[index], Number | None) for row in result.rows)
        table.add_column(Text(name), justify="right" if is_numeric else "left")
    for row in result.rows[:TABLE_ROWS]:
        table.add_row(*(Text(_cell(value)) for value in row))
    console.print(table)
    if len(result.rows) > TABLE_ROWS:
        console.print(
            f"… and {len(result.rows) - TABLE_ROWS} more rows; --format csv prints them all."
        )


def to_csv(result: QueryResult) -> str:
    """A result as CSV, with a line of names first; lists are JSON, null is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    if _has_encoded_values(result):
        writer.writerows([_csv_cell(value) for value in row] for row in result.rows)
    else:
        writer.writerows(result.rows)
    return text.getvalue()


def to_json(result: QueryResult) -> str:
    """A result as a JSON list with an object for each row; times are text."""
    objects = [dict(zip(result.columns, row, strict=True)) for row in result.rows]
    return json.dumps(objects, default=_json_value, ensure_ascii=False, indent=1) + "\n"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _has_encoded_values(result: QueryResult) -> bool:
    # Looking at the types is several times faster than at each value while it is written.
    return any(
        not _ENCODED.isdisjoint({type(row[index]) for row in result.rows})
        for index in range(len(result.columns))
    )


def _csv_cell(value: Any) -> Any:
    if type(value) in _ENCODED:
        return json.dumps(value, default=_json_value, ensure_ascii=False)
    return value


def _json_value(value: Any) -> Any:
    return float(value) if isinstance(value, Decimal) else str(value)
