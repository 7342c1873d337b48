"""The companies that own the labels of the invented world. A few labels belong to nobody else."""

from __future__ import annotations

import csv
from pathlib import Path

# As in a file for CHARTLAKE_LABEL_OWNERS: a label that ends in * is the beginning of labels.
_OWNERS = {
    "Northquay": "Northquay Group",
    "Paper Lantern": "Northquay Group",
    "Kite & Key": "Northquay Group",
    "Casa Ñandú": "Northquay Group",
    "Tall Order*": "Tall Order",
    "Cometa Discos": "Tall Order",
    "Moonhaus": "Tall Order",
    "Understory": "Seven Oranges",
    "Seven Oranges": "Seven Oranges",
    "달토끼*": "Seven Oranges",
}


def write_label_owners(path: Path) -> None:
    """Write the owners as a CSV file for CHARTLAKE_LABEL_OWNERS."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("label", "owner"))
        writer.writerows(_OWNERS.items())
