"""The lines of bulk tables, as a stream: of CSV, packed or not, and of Parquet, rendered as CSV."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

from etl.database import connect
from etl.errors import InvalidInput
from etl.files import lacks_room
from etl.sources.bulk.records import table_of_records
from etl.sources.delimiters import DELIMITERS

if TYPE_CHECKING:
    from duckdb.sqltypes import DuckDBPyType

Form = Literal["gzip", "zip", "Parquet", "JSON"]
_SIGNATURES: dict[bytes, Form] = {
    b"\x1f\x8b": "gzip",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"PAR1": "Parquet",
    b"[": "JSON",
    b"{": "JSON",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A file of CSV that can be opened more than once.

    `name` is without folders and packing, and `origin` what people know the file by.
    """

    name: str
    origin: str
    size: int
    open: Callable[[], IO[bytes]]


def form_of(path: Path) -> Form | None:
    """How a file is packed, by its first bytes, if it is in one of these ways."""
    with path.open("rb") as file:
        head = file.read(4)
    return next((form for start, form in _SIGNATURES.items() if head.startswith(start)), None)


def source_of(path: Path, origin: str, scratch: Path) -> Source:
    """A file as CSV: itself, unpacked, or as Parquet or JSON rendered in the folder `scratch`.

    JSON is rendered if it has records. Raises InvalidInput where it is damaged Parquet.
    """
    form, size = form_of(path), path.stat().st_size
    if form == "Parquet":
        return _rendered(path, origin, scratch)
    if form == "JSON" and (text := table_of_records(path)):
        csv_path = scratch / f"{path.name}.csv"
        csv_path.write_text(text, encoding="utf-8", newline="")
        return Source(f"{path.stem}.csv", origin, len(text), lambda: csv_path.open("rb"))
    if form == "gzip":
        name = _without_packing(path.name)
        return Source(name, origin, size, lambda: cast(IO[bytes], gzip.open(path)))
    return Source(path.name, origin, size, lambda: path.open("rb"))


def head_of(path: Path, origin: str, scratch: Path) -> Source:
    """A file as CSV of which no more than the header needs to be there. Raises as `source_of`."""
    is_parquet = form_of(path) == "Parquet"
    return (
        _rendered(path, origin, scratch, rows=0) if is_parquet else source_of(path, origin, scratch)
    )


@contextmanager
def reading(origin: str) -> Iterator[None]:
    """Turn what a damaged file raises into InvalidInput; a full disk is no fault of the file."""
    try:
        yield
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
        if lacks_room(error):
            raise
        raise InvalidInput(
            f"{origin} cannot be read to its end ({error}). Nothing of it was landed."
        ) from error


def lines_of(source: Source) -> Iterator[str]:
    """The lines with their ends; bytes that are no UTF-8 are kept as surrogates.

    Some programs put quotes around each line as a whole; these are taken off.
    """
    with (
        source.open() as file,
        io.TextIOWrapper(file, "utf-8-sig", errors="surrogateescape", newline="") as text,
    ):
        for line in text:
            yield _inner(line) or line


def is_text(line: str) -> bool:
    """Whether a line is text in UTF-8, without characters that no raw file may have."""
    try:
        line.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in line and "\r" not in line.rstrip("\r\n")


def cells_of(line: str, delimiter: str) -> list[str]:
    """The cells of a row. A quote that is not closed goes no further than its line."""
    return next(csv.reader((line,), delimiter=delimiter), [])


def _inner(line: str) -> str | None:
    """What a line that is one quoted cell holds, where that is a row of several cells."""
    whole = line.rstrip("\r\n")
    if not (whole.startswith('"') and whole.endswith('"') and any(map(whole.count, DELIMITERS))):
        return None
    inner = whole[1:-1]
    if '"' in inner.replace('""', ""):
        return None
    return inner.replace('""', '"').rstrip("\r\n") + "\n"


def _rendered(path: Path, origin: str, scratch: Path, rows: int | None = None) -> Source:
    """A Parquet file as CSV. Lists are joined by `|`; columns that are no text are left out."""
    import duckdb

    csv_path = scratch / f"{path.name}.csv"
    try:
        with connect(scratch=scratch) as connection:
            relation = connection.from_parquet(str(path))
            rendered = map(_rendering, relation.columns, relation.types)
            columns = ", ".join(filter(None, rendered)) or "null"
            limit = "" if rows is None else f"limit {rows}"
            source, to = _quoted(str(path)), _quoted(str(csv_path))
            connection.execute(
                f"copy (select {columns} from read_parquet({source}) {limit}) to {to}"
                " (format csv, header)"
            )
    except duckdb.Error as error:
        if lacks_room(error, scratch):
            raise
        reason = str(error).splitlines()[0]
        raise InvalidInput(
            f"{origin} cannot be read as Parquet ({reason}). Nothing of it was landed."
        ) from error
    size = csv_path.stat().st_size
    return Source(f"{path.stem}.csv", origin, size, lambda: csv_path.open("rb"))


def _rendering(column: str, kind: DuckDBPyType) -> str | None:
    name = '"' + column.replace('"', '""') + '"'
    text = _text(name, kind)
    if text is None or kind.id not in ("varchar", "list", "struct"):
        return text and f"{text} as {name}"
    # A row of a raw file is one line.
    return f"regexp_replace({text}, '[\\r\\n]+', ' ', 'g') as {name}"


def _text(value: str, kind: DuckDBPyType) -> str | None:
    """The SQL of a value as text: of what has a name, such as an artist, that; None without one."""
    if kind.id == "list":
        text = _text("item", kind["child"])
        return text and f"array_to_string(list_transform({value}, lambda item: {text}), '|')"
    if kind.id == "struct":
        return f"{value}.name::varchar" if "name" in dict(kind.children) else None
    return None if kind.id == "map" else value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _without_packing(name: str) -> str:
    return name[:-3] if name.lower().endswith(".gz") else name
