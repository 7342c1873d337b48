"""Folders: which of their files may be raw files, and why the others are left where they are."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from etl.errors import InvalidRawFile
from etl.lake import Lake
from etl.lake.layout import REASON_SUFFIX
from etl.sources.chart_columns import read_header
from etl.sources.delimiters import rows_in
from etl.sources.raw_text import is_response
from etl.sources.spotify.responses import read_response

# Packers add `.gz` or `.zst`, text editors `.txt`.
_NAME = re.compile(r"\.(?:csv|tsv|jsonl?|ndjson)(?:\.gz|\.zst)?(?:[^.]*\.txt)*\s*\Z", re.IGNORECASE)
# They may hold bulk tables.
_PACKED_NAME = re.compile(r"\.(?:zip|parquet|pq)\s*\Z", re.IGNORECASE)
_HEAD_BYTES = 64 * 2**10


@dataclass(frozen=True, slots=True)
class Left:
    """A file or folder that is not landed, by its path in the folder, and why."""

    path: Path
    why: str


def raw_files_in(folder: Path, lake: Lake) -> Iterator[Path | Left]:
    """What may be raw files in a folder and in the folders below it, and what was left.

    Hidden files are left without a word, links are not followed out of the folder, and the lake
    itself is not searched.
    """
    if _is_lake(folder, lake):
        yield Left(folder, "it is the lake")
        return
    # What cannot be listed is not left: landing it fails, and says why.
    unlisted: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=unlisted.append):
        for path in _visible(parent, folders):
            if why := _why_not_searched(path, lake):
                yield Left(path.relative_to(folder), why)
        folders[:] = [
            path.name for path in _visible(parent, folders) if not _why_not_searched(path, lake)
        ]
        for path in _visible(parent, files):
            why = _why_left(path, folder)
            yield Left(path.relative_to(folder), why) if why else path
    yield from (Path(error.filename) for error in unlisted)


def _visible(parent: str, names: list[str]) -> list[Path]:
    return [Path(parent, name) for name in sorted(names) if not name.startswith(".")]


def _is_lake(folder: Path, lake: Lake) -> bool:
    return folder.resolve() == Path(lake.location).resolve()


def _why_not_searched(folder: Path, lake: Lake) -> str | None:
    if folder.is_symlink():
        return "a link to a folder"
    return "it is the lake" if _is_lake(folder, lake) else None


def _why_left(path: Path, folder: Path) -> str | None:
    if path.is_symlink() and not path.exists():
        return "a link that leads nowhere"
    if path.is_symlink() and not path.resolve().is_relative_to(folder.resolve()):
        return "a link out of the folder"
    if not path.is_file():
        return "not a file"
    return why_no_raw_file(path)


def why_no_raw_file(path: Path) -> str | None:
    """Why a file is none to be landed, if it is none, by its name and content."""
    if path.name.endswith(REASON_SUFFIX):
        return "the reason of a quarantined file"
    if _NAME.search(path.name) or _PACKED_NAME.search(path.name) or _is_raw(path):
        return None
    return "not a chart file or JSON"


def _is_raw(path: Path) -> bool:
    """Whether the content is that of a raw file; one that cannot be read may be one."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if is_response(head):
            return bool(read_response(path.read_bytes()))
        text = head.decode("utf-8-sig", errors="ignore")
        return bool(read_header(rows_in(text), text, None))
    except (InvalidRawFile, csv.Error):
        return False
    except OSError:
        return True
