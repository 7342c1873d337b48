"""The owners of record labels: those in `label_owners.csv`, and those of the user.

A refresh puts them into the mirror, where the view `label_owners` applies them to labels.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import duckdb

from etl.database import insert_rows
from etl.errors import InvalidInput
from etl.mirror.reader import open_mirror

COLUMNS = ["label", "owner", "source"]


class ListedOwner(NamedTuple):
    """The owner of a label, in lower case, and whether the user's own file lists it."""

    label: str
    owner: str
    is_own: bool = False


def listed_owners(own: Path | None = None) -> frozenset[ListedOwner]:
    """All owners that are listed.

    The rows of the file `own` have the same columns, and outrank those of the same label. Raises
    InvalidInput where it cannot be read.
    """
    listed = {ListedOwner(label, owner) for label, owner in _known().items()}
    if own is not None:
        listed |= {ListedOwner(label, owner, is_own=True) for label, owner in _read(own).items()}
    return frozenset(listed)


def mirrored_owners(path: Path) -> frozenset[ListedOwner]:
    """The owners that the mirror has."""
    with open_mirror(path) as connection:
        found = connection.execute("select label, owner, is_own from listed_owners").fetchall()
    return frozenset(ListedOwner(*row) for row in found)


def replace_owners(connection: duckdb.DuckDBPyConnection, owners: Iterable[ListedOwner]) -> None:
    """Let the mirror have these owners, and no others."""
    connection.execute("delete from listed_owners")
    insert_rows(connection, "listed_owners", [one._asdict() for one in sorted(owners)])


@cache
def _known() -> dict[str, str]:
    text = files("etl.mirror").joinpath("label_owners.csv").read_text(encoding="utf-8")
    return dict(_owners(csv.DictReader(text.splitlines())))


def _read(path: Path) -> dict[str, str]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            if not {"label", "owner"} <= set(reader.fieldnames or ()):
                raise InvalidInput(f"{path} has no columns label and owner. It was not used.")
            return dict(_owners(reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InvalidInput(
            f"{path} cannot be read as a CSV file of label owners: {error}"
        ) from error


def _owners(rows: csv.DictReader[str]) -> Iterator[tuple[str, str]]:
    for row in rows:
        if row["label"] and row["owner"]:
            yield row["label"].strip().casefold(), row["owner"].strip()
