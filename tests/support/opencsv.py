"""Athena's CSV reader: OpenCSVSerDe with its defaults, in Python.

Follows the CSVParser of opencsv 2.3, which the SerDe wraps. Before it, Hadoop splits the
lines, ignoring quotes. https://docs.aws.amazon.com/athena/latest/ug/csv-serde.html
"""

from __future__ import annotations

import re
from pathlib import Path

QUOTE, ESCAPE, SEPARATOR = '"', "\\", ","


def read_csv(path: Path) -> list[list[str]]:
    """The cells of all rows, header included."""
    text = path.read_bytes().decode("utf-8")
    return [parse_line(line) for line in re.split(r"\r\n|\r|\n", text.removesuffix("\n"))]


def parse_line(line: str) -> list[str]:
    """The cells of one line."""
    cells, cell, in_quotes, index = [], "", False, 0
    while index < len(line):
        char, following = line[index], line[index + 1 : index + 2]
        if char == ESCAPE:
            if in_quotes and following in (QUOTE, ESCAPE):
                cell += following
                index += 1
        elif char == QUOTE:
            if in_quotes and following == QUOTE:
                cell += following
                index += 1
            else:
                # A quote in the middle of a cell is also kept as a character.
                if index > 2 and line[index - 1] != SEPARATOR and following not in ("", SEPARATOR):
                    cell = "" if cell and cell.isspace() else cell + char
                in_quotes = not in_quotes
        elif char == SEPARATOR and not in_quotes:
            cells.append(cell)
            cell = ""
        else:
            cell += char
        index += 1
    return [*cells, cell]
