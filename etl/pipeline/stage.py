"""Stage: read raw files from the lake, and lay their contents out for DuckDB.

A response becomes a JSON file with its pages and artists, whatever its shape was; the rows of
chart files become one CSV file with known columns. So each file is judged by itself, and DuckDB
reads nothing but what was written here.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TextIO

from etl.errors import AccessDenied, InvalidRawFile, LakeError, ObjectMissing
from etl.lake import CONCURRENT_REQUESTS, Blob, Lake
from etl.lake.layout import PENDING, PROCESSED, broken_name_rule, quarantined_name
from etl.pipeline.batch import Batch, Chunk, RawFile, Rejection, Unread, Workspace
from etl.pipeline.identify import check_stated_time, identify
from etl.sources.chart_files import normalized
from etl.sources.raw_text import decoded
from etl.sources.spotify.responses import is_response, read_response

CHART_LINES = "chart_lines.csv"


def stage(lake: Lake, chunks: Iterable[Chunk], workspace: Workspace) -> Batch:
    """Read raw files and lay them out in the workspace.

    Pending files that another run has archived in the meantime are read from the archive; those
    that are gone are left out. A file that the store refuses to hand out holds up no other.

    Each chunk has a folder of its own, so that DuckDB need not hold more than one at a time.
    """
    staged: list[RawFile] = []
    rejected: list[Rejection] = []
    unread: list[Unread] = []
    folders = []
    for chunk in chunks:
        folder = Path(tempfile.mkdtemp(dir=workspace.folder))
        folders.append(folder)
        with (folder / CHART_LINES).open("w", encoding="utf-8", newline="") as chart_lines:
            for name, blob in _read_all(lake, chunk):
                if isinstance(blob, Unread):
                    unread.append(blob)
                    continue
                try:
                    staged.append(_stage_file(len(staged), name, blob, folder, chart_lines))
                except InvalidRawFile as error:
                    digest = hashlib.sha256(blob.body).hexdigest()
                    rejected.append(
                        Rejection(name, digest, blob.version, error.rule, error.offenders)
                    )
    return Batch(tuple(staged), tuple(rejected), tuple(folders), tuple(unread))


def raw_name(key: str) -> str:
    """The name of a raw file by its key, in any of the zones."""
    return key.split("/", 2)[2]


def _read_all(lake: Lake, chunk: Chunk) -> list[tuple[str, Blob | Unread]]:
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        blobs = pool.map(lambda stored: _read(lake, stored.key), chunk)
        return [
            (raw_name(stored.key), blob) for stored, blob in zip(chunk, blobs, strict=True) if blob
        ]


def _read(lake: Lake, key: str) -> Blob | Unread | None:
    try:
        return lake.read(key)
    except ObjectMissing:
        return _read(lake, PROCESSED + raw_name(key)) if key.startswith(PENDING) else None
    except (LakeError, AccessDenied) as error:
        return Unread(raw_name(key), str(error))


def _stage_file(number: int, name: str, blob: Blob, folder: Path, chart_lines: TextIO) -> RawFile:
    _check_name(name)
    text = decoded(blob.body)
    response = read_response(blob.body) if is_response(blob.body) else None
    check_stated_time(name, response)
    if response:
        (folder / f"{number}.json").write_bytes(response.to_json())
    identity = identify(name, response, blob.landed_at)
    if response is None:
        moment = identity.snapshot_at
        chart_date = moment.date() if moment else None
        chart_lines.write(normalized(text, number, identity.chart_id, chart_date))
    digest = hashlib.sha256(blob.body).hexdigest()
    return RawFile(number, name, digest, blob.version, blob.landed_at, identity)


def _check_name(name: str) -> None:
    if rule := broken_name_rule(name):
        raise InvalidRawFile(rule, f"it is kept as {quarantined_name(name)}")
