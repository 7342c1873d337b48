"""Printing the result of a query: as a table, as CSV, or as JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from decimal import Decimal
from itertools import count
from numbers import Number
from operator import itemgetter
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from etl.database import QueryResult

# What CSV shows as JSON does.
_ENCODED = frozenset({bool, bytes, list, tuple, dict})
_BOOLEANS = {True: "true", False: "false", None: None}
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
    writer.writerows(_csv_rows(result))
    return text.getvalue()


def to_json(result: QueryResult) -> str:
    """A result as a JSON list with an object for each row.

    Times are text, infinity and NaN null. Of columns with the same name, later ones have a number.
    """
    names = _distinct(result.columns)
    objects = [dict(zip(names, row, strict=True)) for row in result.rows]
    try:
        return _dumped(objects)
    except ValueError:
        return _dumped(_finite(objects))


def _dumped(objects: Any) -> str:
    dumped = json.dumps(objects, default=_json_value, ensure_ascii=False, indent=1, allow_nan=False)
    return f"{dumped}\n"


def _distinct(names: Iterable[str]) -> list[str]:
    distinct: list[str] = []
    for name in names:
        unique = name
        for number in count(1):
            if unique not in distinct:
                break
            unique = f"{name}_{number}"
        distinct.append(unique)
    return distinct


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float | Decimal) and not math.isfinite(value) else value


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return ", ".join(map(_cell, value))
    if isinstance(value, bytes):
        return _blob(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _blob(value: bytes) -> str:
    """A blob as DuckDB shows it: printable ASCII, and the rest in hexadecimal."""
    return "".join(
        chr(byte) if 32 <= byte < 127 and byte not in b"\"'\\" else f"\\x{byte:02X}"
        for byte in value
    )


def _csv_rows(result: QueryResult) -> Iterable[Iterable[Any]]:
    rows = result.rows
    columns: list[Iterable[Any]] = [
        map(itemgetter(index), rows) for index in range(len(result.columns))
    ]
    # The values of a column have one type; looking at each of many thousands takes long.
    firsts = [
        next((row[index] for row in rows if row[index] is not None), None)
        for index in range(len(columns))
    ]
    if not any(type(value) in _ENCODED for value in firsts):
        return rows
    for index, value in enumerate(firsts):
        if isinstance(value, bool):
            values = list(columns[index])
            columns[index] = map(_BOOLEANS.get, values, values)
        elif type(value) in _ENCODED:
            columns[index] = map(_encoded, columns[index])
    return zip(*columns, strict=True)


def _encoded(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bytes):
        return _blob(value)
    return json.dumps(value, default=_json_value, ensure_ascii=False)


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return _blob(value) if isinstance(value, bytes) else str(value)
