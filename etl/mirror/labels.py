"""The owners of record labels: those in `label_owners.csv`, and those of the user."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb

from etl.errors import InvalidInput

COLUMNS = ["label", "owner", "source"]


def set_label_owners(connection: duckdb.DuckDBPyConnection, own: Path | None = None) -> None:
    """Set the variable `label_owners` that the view of that name reads.

    The rows of the file `own` have the same columns, and outrank those of the same label. Raises
    InvalidInput where it cannot be read.
    """
    owners = dict(_known())
    if own is not None:
        owners |= _read(own)
    listed = [{"label": label, "owner": owner} for label, owner in owners.items()]
    connection.execute("set variable label_owners = ?", [listed])


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
