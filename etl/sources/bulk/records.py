"""Tables in JSON: a list of records, or a record a line, as programs write them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import msgspec

from etl.sources.chart_columns import COLUMNS, column_key

# A list is read as a whole, and takes several times its size.
_MOST_BYTES = 16 * 2**20
_RANKS = frozenset(map(column_key, COLUMNS["rank"]))

_Cell = str | int | float | bool | None | list[str]
_RECORDS = msgspec.json.Decoder(list[dict[str, _Cell]])
_RECORD = msgspec.json.Decoder(dict[str, _Cell])


def table_of_records(path: Path) -> str | None:
    """Records as CSV; None where a file holds something else, or is too large.

    Lists of texts are joined by `|`. Ranks that count from 0 are counted from 1.
    """
    if path.stat().st_size > _MOST_BYTES:
        return None
    body = path.read_bytes()
    try:
        is_list = body.startswith(b"[")
        records = _RECORDS.decode(body) if is_list else _RECORD.decode_lines(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    names = list(dict.fromkeys(name for record in records for name in record))
    for name in names:
        if column_key(name) in _RANKS:
            _count_from_one(records, name)
    written = io.StringIO()
    writer = csv.DictWriter(written, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _text(cell) for name, cell in record.items()} for record in records)
    return written.getvalue()


def _count_from_one(records: list[dict[str, _Cell]], name: str) -> None:
    ranks = [record.get(name) for record in records]
    numbers = [rank for rank in ranks if isinstance(rank, int)]
    if len(numbers) == len(ranks) and 0 in numbers:
        for record, rank in zip(records, numbers, strict=True):
            record[name] = rank + 1


def _text(cell: _Cell) -> str:
    if isinstance(cell, list):
        return "|".join(map(_text, cell))
    return "" if cell is None else " ".join(str(cell).split())
