"""Raw files of playlists to tables, without publishing anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.cases.process import REPEATED, installed
from benchmarks.measuring import Program, alternate
from benchmarks.table import Row, rows_of


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Transform `size` landed snapshots."""
    raw_files = bench.made("playlists", bench.folder / "raw", size)

    def transform(name: str) -> Program:
        lake = bench.landed(raw_files)
        return bench.module(f"contenders.{name}", lake, "--transform")

    contenders = {"chartlake": partial(transform, "chartlake_transform")}
    contenders |= {name: partial(transform, name) for name in installed()}
    rounds = bench.rounds if size <= REPEATED else 1
    yield from rows_of("transform", size, alternate(contenders, rounds))
