"""Printing how well songs are joined to recordings."""

from __future__ import annotations

import json
import math
from dataclasses import asdict
from pathlib import Path

from etl.cli.app import console
from etl.cli.tables import print_table
from etl.mirror.joins import Joins, read_joins


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
    alike = _share(joins.alike_apart_joined, joins.alike_apart)
    followed = _share(joins.followed_joined, joins.followed)
    return [
        f"{joins.songs:,} Spotify ids are {joins.recordings:,} recordings",
        f"in different markets under different ids, alike in title and artists: {alike}",
        f"followed by another id that Spotify counts as the same song: {followed}",
        f"joined ids that ranks or durations tell something about: {joins.checked:,},"
        f" {joins.wrong:,} wrong",
    ]


def _share(joined: int, pairs: int) -> str:
    if not pairs:
        return "none"
    # Rounded down, so that 100 % means all of them.
    return f"{pairs:,}, {joined:,} joined ({math.floor(1000 * joined / pairs) / 10} %)"
