"""Stage: read raw files from the lake, and lay their contents out for DuckDB.

A response becomes a JSON file with its pages and artists, whatever its shape was; the rows of all
chart files become one CSV file with known columns. So each file is judged by itself, and DuckDB
reads nothing but what was written here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import TextIO

from etl.errors import InvalidRawFile, ObjectMissing
from etl.lake import Blob, Lake, StoredObject, concurrently
from etl.pipeline.batch import Batch, RawFile, Rejection, Workspace
from etl.pipeline.grouping import in_chunks
from etl.pipeline.identify import BYTE_ORDER_MARK, identify, kind_of
from etl.sources import chart_files
from etl.sources.spotify.responses import read_response

CHART_LINES = "chart_lines.csv"


def stage(lake: Lake, objects: Iterable[StoredObject], workspace: Workspace) -> Batch:
    """Read raw files and lay them out in the workspace; those that are gone are left out.

    They are laid out in chunks, so that DuckDB need not hold more than one of them at a time.
    """
    staged: list[RawFile] = []
    rejected: list[Rejection] = []
    chunks = []
    numbers = count()
    for chunk in list(in_chunks(objects)) or [[]]:
        folder = workspace.new_folder()
        chunks.append(folder)
        with (folder / CHART_LINES).open("w", encoding="utf-8", newline="") as chart_lines:
            for stored, blob in _read_all(lake, chunk):
                name = raw_name(stored.key)
                try:
                    staged.append(_stage_file(next(numbers), name, blob, folder, chart_lines))
                except InvalidRawFile as error:
                    digest = hashlib.sha256(blob.body).hexdigest()
                    rejected.append(Rejection(name, digest, error.rule, error.offenders))
    return Batch(tuple(staged), tuple(rejected), tuple(chunks))


def _read_all(lake: Lake, objects: Sequence[StoredObject]) -> Iterator[tuple[StoredObject, Blob]]:
    blobs = concurrently(partial(_read, lake), objects)
    return ((stored, blob) for stored, blob in zip(objects, blobs, strict=True) if blob)


def _read(lake: Lake, stored: StoredObject) -> Blob | None:
    try:
        return lake.read(stored.key)
    except ObjectMissing:
        return None  # another run was faster


def raw_name(key: str) -> str:
    """The name of a raw file by its key, in any of the zones."""
    return key.split("/", 2)[2]


def _stage_file(number: int, name: str, blob: Blob, folder: Path, chart_lines: TextIO) -> RawFile:
    text = _decoded(blob.body)
    kind = kind_of(blob.body)
    response = None
    if kind == "response":
        response = read_response(blob.body.removeprefix(BYTE_ORDER_MARK))
        (folder / f"{number}.json").write_bytes(response.to_json())
    else:
        chart_lines.writelines(_csv_line(number, row) for row in chart_files.read_rows(text))
    return RawFile(
        number,
        name,
        hashlib.sha256(blob.body).hexdigest(),
        len(blob.body),
        kind,
        blob.landed_at,
        identify(name, response, blob.landed_at),
    )


def _decoded(body: bytes) -> str:
    if not body:
        raise InvalidRawFile("the file is not empty", "it has no bytes")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidRawFile("the file is text in UTF-8", "its bytes are something else") from None


def _csv_line(number: int, row: chart_files.ChartRow) -> str:
    flags = (str(number), str(row.line), str(row.is_short), str(row.has_line_break))
    return ",".join([*flags, *map(_quoted, row.cells)]) + "\n"


# A cell that is missing is an empty one without quotes, which DuckDB reads as null.
def _quoted(cell: str | None) -> str:
    return "" if cell is None else '"' + cell.replace('"', '""') + '"'
