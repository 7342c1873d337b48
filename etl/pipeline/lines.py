"""Lines: the contents of raw files, laid out for DuckDB in the files of a folder.

A response becomes a line of JSON with what `sql/raw` declares, whatever its shape was, and each of
its tracks becomes another. The rows of chart files become CSV with known columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from etl.sources.spotify.response_lines import ResponseLines
from etl.sources.spotify.responses import Response

RESPONSE_LINES = "responses.ndjson"
TRACK_LINES = "tracks.ndjson"
CHART_LINES = "chart_lines.csv"
# DuckDB needs so many times the memory for a response or a row of a chart file that it needs for a
# track of the same length.
_RESPONSE_WEIGHT = 2
ROW_WEIGHT = 3


class Lines:
    """Writes lines, and knows how much they weigh in the memory of DuckDB, in bytes of tracks."""

    def __init__(self, responses: ResponseLines, chart_lines: TextIO) -> None:
        self._responses, self._chart_lines = responses, chart_lines
        self._row_characters = 0

    @property
    def weight(self) -> int:
        """The weight of what was written so far."""
        return (
            self._responses.bytes_of_tracks
            + _RESPONSE_WEIGHT * self._responses.bytes_of_responses
            + ROW_WEIGHT * self._row_characters
        )

    def add_response(self, file_number: int, response: Response) -> None:
        """Lay out a response. Raises InvalidRawFile as `Response.read`."""
        self._responses.add(file_number, response)

    def add_rows(self, rows: str) -> None:
        """Add rows of a chart file, as `normalized` gives them."""
        self._row_characters += self._chart_lines.write(rows)


@contextmanager
def open_lines(folder: Path) -> Iterator[Lines]:
    """Lines that are written to a folder."""
    with (
        (folder / RESPONSE_LINES).open("wb") as responses,
        (folder / TRACK_LINES).open("wb") as tracks,
        (folder / CHART_LINES).open("w", encoding="utf-8", newline="") as chart_lines,
    ):
        yield Lines(ResponseLines(responses, tracks), chart_lines)
