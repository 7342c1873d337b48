"""The lines of bulk tables, as a stream: of CSV, packed or not, and of Parquet, rendered as CSV."""

from __future__ import annotations

import csv
import gzip
import io
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, cast

from etl.database import connect
from etl.errors import InvalidInput

_GZIP, _ZIP, _PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"


@dataclass(frozen=True, slots=True)
class Source:
    """A file of CSV that can be opened more than once, by a name without folders and packing."""

    name: str
    size: int
    open: Callable[[], IO[bytes]]


def sources_in(path: Path, scratch: Path) -> list[Source]:
    """The files of CSV in a file: itself, unpacked, or those in a zip.

    Parquet is rendered in the folder `scratch`. Raises InvalidInput where a file is damaged.
    """
    with path.open("rb") as file:
        signature = file.read(4)
    if signature == _ZIP:
        return _zipped(path, scratch)
    if signature == _PARQUET:
        return [_rendered(path, path.name, scratch)]
    size = path.stat().st_size
    if signature.startswith(_GZIP):
        return [Source(_without_packing(path.name), size, lambda: cast(IO[bytes], gzip.open(path)))]
    return [Source(path.name, size, lambda: path.open("rb"))]


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what a damaged file raises into InvalidInput."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        raise InvalidInput(
            f"{path} cannot be read to its end ({error}). Nothing of it was landed."
        ) from error


def lines_of(source: Source) -> Iterator[str]:
    """The lines with their ends; bytes that are no UTF-8 are kept as surrogates."""
    with (
        source.open() as file,
        io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="") as text,
    ):
        yield from unwrapped(text)


def unwrapped(lines: Iterator[str]) -> Iterator[str]:
    """The lines, without the quotes that some programs put around each line as a whole."""
    for number, line in enumerate(lines):
        if number == 0:
            is_wrapped = _inner(line) is not None
        yield (_inner(line) or line) if is_wrapped else line


def cells_of(line: str) -> list[str]:
    """The cells of a row. A quote that is not closed goes no further than its line."""
    return next(csv.reader((line,)), [])


def _inner(line: str) -> str | None:
    """What a line that is one quoted cell holds, where that is a row of several cells."""
    if not line.startswith('"') or "," not in line:
        return None
    cells = cells_of(line)
    return cells[0].rstrip("\r\n") + "\n" if len(cells) == 1 and "," in cells[0] else None


def _zipped(path: Path, scratch: Path) -> list[Source]:
    found: list[Source] = []
    if not zipfile.is_zipfile(path):
        return found
    with reading(path), zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            # Whatever folders a name states, nothing is written there.
            name = PurePosixPath(member.filename.replace("\\", "/")).name
            if member.is_dir() or name.startswith(".") or "__MACOSX" in member.filename:
                continue
            if name.lower().endswith(".parquet"):
                found.append(_rendered(_extracted(archive, member, scratch), name, scratch))
            elif name.lower().endswith((".csv", ".tsv", ".txt")):
                found.append(Source(name, member.file_size, _opener(path, member)))
    return found


def _opener(path: Path, member: zipfile.ZipInfo) -> Callable[[], IO[bytes]]:
    return lambda: zipfile.ZipFile(path).open(member)


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo, scratch: Path) -> Path:
    to = scratch / f"member.{member.header_offset}.parquet"
    with archive.open(member) as packed, to.open("wb") as file:
        shutil.copyfileobj(packed, file)
    return to


def _rendered(path: Path, name: str, scratch: Path) -> Source:
    """A Parquet file as CSV. Lists are joined by `|`."""
    import duckdb

    csv_path = scratch / f"{path.name}.csv"
    try:
        with connect(scratch=scratch) as connection:
            relation = connection.from_parquet(str(path))
            columns = ", ".join(
                _rendering(column, str(kind))
                for column, kind in zip(relation.columns, relation.types, strict=True)
            )
            source, to = _quoted(str(path)), _quoted(str(csv_path))
            connection.execute(
                f"copy (select {columns} from read_parquet({source})) to {to} (format csv, header)"
            )
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise InvalidInput(
            f"{path} cannot be read as Parquet ({reason}). Nothing of it was landed."
        ) from error
    return Source(f"{Path(name).stem}.csv", csv_path.stat().st_size, lambda: csv_path.open("rb"))


def _rendering(column: str, kind: str) -> str:
    name = '"' + column.replace('"', '""') + '"'
    return f"array_to_string({name}, '|') as {name}" if kind.endswith("[]") else name


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _without_packing(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name
