"""A lake in which nothing is published: one that was emptied, or not the one that is meant."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from etl.errors import MirrorError
from etl.lake import Lake
from etl.lake.layout import PURGED, Partition
from etl.wording import counted


def refuse_to_empty(
    lake: Lake, path: Path, published: Collection[Partition], mirrored: Collection[Partition]
) -> None:
    """Raise MirrorError where a refresh would leave nothing of the mirror at `path`.

    A mistyped setting, or a disk that is not there, looks like a lake in which nothing was ever
    published. A lake from which a purge deleted everything has a note of that.
    """
    if published or not mirrored or lake.list(PURGED):
        return
    held = counted(len(mirrored), "partition")
    raise MirrorError(
        f"Nothing is published in the lake {lake.location}, but {path} holds {held}."
        " The mirror was not changed. Check the setting CHARTLAKE_LAKE, and that its disk is"
        f" there. If the mirror is to be empty, delete {path} and run `chartlake mirror`."
    )
