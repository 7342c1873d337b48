"""What separates the cells of a chart file or table: a comma, or what else programs write."""

from __future__ import annotations

import csv
import io
from itertools import islice
from typing import TYPE_CHECKING

from etl.sources.chart_columns import HEADER_LINES, names_columns

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
# A header stands within so many characters.
_HEAD = 64 * 2**10


def delimiter_of(text: str) -> str:
    """The first delimiter with which a line of the text names columns; a comma if none does."""
    lines = [line.replace('"', "") for line in islice(io.StringIO(text[:_HEAD]), HEADER_LINES)]
    return next(
        (
            delimiter
            for delimiter in DELIMITERS
            if any(names_columns(line.split(delimiter)) for line in lines)
        ),
        ",",
    )


def rows_in(text: str) -> Reader:
    """The rows of a text, each a list of cells."""
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
