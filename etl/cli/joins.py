"""Printing how well songs are joined to recordings."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from etl.cli.app import console
from etl.cli.tables import print_table
from etl.mirror.joins import Joins, read_joins
from etl.wording import counted


def print_joins(mirror: Path, *, as_json: bool) -> None:
    """Print the figures about the joins in a mirror, and the pairs to look at."""
    joins = read_joins(mirror)
    if as_json:
        sample = [dict(zip(joins.sample.columns, row, strict=True)) for row in joins.sample.rows]
        print(json.dumps(asdict(joins) | {"sample": sample}, ensure_ascii=False))
        return
    for line in _lines(joins):
        print(line)
    if joins.sample.rows:
        print_table(joins.sample, console())


def _lines(joins: Joins) -> list[str]:
    alike, followed = counted(joins.alike_apart, "pair"), counted(joins.followed, "pair")
    songs, recordings = counted(joins.songs, "Spotify id"), counted(joins.recordings, "recording")
    return [
        f"{songs} of {recordings}",
        f"{alike} of ids in different markets alike in title and artists"
        + _share(joins.alike_apart_joined, joins.alike_apart),
        f"{followed} of ids that Spotify's ranks show to be one song"
        + _share(joins.followed_joined, joins.followed),
        f"{counted(joins.checked, 'joined pair')} that ranks or durations can check:"
        f" {joins.wrong:,} wrong",
    ]


def _share(joined: int, pairs: int) -> str:
    # Rounded down, so that 100 % means all of them.
    return f": {joined:,} joined ({math.floor(1000 * joined / pairs) / 10} %)" if pairs else ""
