"""Unpack: what a file to be landed holds: a raw file, a bulk table, or in a zip any of them."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from etl.errors import InvalidInput, InvalidRawFile
from etl.lake.layout import broken_name_rule
from etl.pipeline.folder import Left, why_no_raw_file
from etl.pipeline.identify import identify, is_chart_of_files
from etl.sources.bulk.layout import Layout, layout_of
from etl.sources.bulk.source import Source, form_of, head_of, reading, source_of
from etl.sources.compression import MOST_BYTES

_STREAMED = (".csv", ".tsv", ".txt")
_WORKBOOK = "xl/workbook.xml"
# What zipfile can unpack in every version of Python that chartlake runs on, and the mark of what
# it cannot: a file that is kept as the changes to another.
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA}
_IS_PATCH = 0x20


@dataclass(frozen=True, slots=True)
class BulkTable:
    """A file with the rows of many charts and dates, and what its header says."""

    source: Source
    layout: Layout


# A raw file is given by its path, and what cannot be read by the error that says so.
Content = BulkTable | Path | Left | InvalidInput


def contents(path: Path, scratch: Path, chart_id: str | None = None) -> Iterator[Content]:
    """What a file holds. Raw files of a zip are unpacked in the folder `scratch`.

    If the chart is given, a table need not name it. What is named as a chart file is one, and what
    is not known is left to be judged as one. A damaged file in a zip stops no other. Raises
    InvalidInput where the file itself, a zip or Parquet, is damaged.
    """
    if identify(path.name).partition or not path.is_file():
        yield path
    elif form_of(path) == "zip" and not _is_workbook(path):
        yield from _members(path, scratch, chart_id)
    else:
        yield _content(path, str(path), scratch, chart_id)


def _content(path: Path, origin: str, scratch: Path, chart_id: str | None) -> Content:
    named = identify(path.name)
    if named.partition or (chart_id and not is_chart_of_files(chart_id)):
        return path
    if chart_id and named.snapshot_at and form_of(path) != "JSON":
        return path  # a chart file, whose date the name states
    try:
        folder = Path(origin).absolute().parent.name
        layout = _layout(head_of(path, origin, scratch), chart_id, folder)
        return BulkTable(source_of(path, origin, scratch), layout)
    except InvalidRawFile as error:
        if form_of(path) != "Parquet" and not _is_too_large(path):
            return path
        return Left(Path(origin), f"not a table of charts: {'; '.join(error.offenders)}")


def _members(path: Path, scratch: Path, chart_id: str | None) -> Iterator[Content]:
    with reading(str(path)), zipfile.ZipFile(path) as archive:
        for number, member in enumerate(archive.infolist()):
            # Whatever folders a name states, nothing is written there.
            name = PurePosixPath(member.filename.replace("\\", "/")).name
            if member.is_dir() or name.startswith(".") or "__MACOSX" in member.filename:
                continue
            shown = Path(f"{path.name}/{member.filename}")
            to = scratch / f"member.{number}" / name
            try:
                with reading(str(shown)):
                    content = _member(archive, member, shown, to, chart_id)
            except InvalidInput as error:
                content = error  # the others may land all the same
            yield content


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, shown: Path, to: Path, chart_id: str | None
) -> Content:
    """What a file in a zip is; unless it is a table of CSV, it is unpacked as `to`."""
    if member.flag_bits & 1:
        return Left(shown, "it has a password")
    if member.compress_type not in _METHODS or member.flag_bits & _IS_PATCH:
        return Left(shown, "it is packed in a way that Python cannot unpack; pack it with Deflate")
    if rule := broken_name_rule(to.name):
        return Left(shown, rule)
    if to.suffix.lower() in _STREAMED:
        source = Source(to.name, str(shown), member.file_size, lambda: archive.open(member))
        try:
            return BulkTable(source, _layout(source, chart_id, shown.parent.name))
        except InvalidRawFile:
            if member.file_size > MOST_BYTES:
                return Left(shown, "not a table of charts, and too large for a raw file")
    to.parent.mkdir()
    with archive.open(member) as packed, to.open("wb") as file:
        shutil.copyfileobj(packed, file)
    if form_of(to) == "zip":
        return Left(shown, "a zip in a zip")
    if why := why_no_raw_file(to):
        return Left(shown, why)
    return _content(to, str(shown), to.parent, chart_id)


def _layout(source: Source, chart_id: str | None, folder: str) -> Layout:
    """The layout of a table, whose chart is given, or in its rows, or else the name of its folder.

    Raises InvalidRawFile where the file is no table.
    """
    try:
        return layout_of(source, chart_id)
    except InvalidRawFile as error:
        if chart_id or not is_chart_of_files(folder):
            raise
        with suppress(InvalidRawFile):
            return layout_of(source, folder)
        raise error


def _is_too_large(path: Path) -> bool:
    """Whether a file is larger than any chart file; responses may have any size."""
    return form_of(path) != "JSON" and path.stat().st_size > MOST_BYTES


def _is_workbook(path: Path) -> bool:
    with reading(str(path)), zipfile.ZipFile(path) as archive:
        return _WORKBOOK in archive.namelist()
