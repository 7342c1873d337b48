"""How the cost of processing grows: ten times as many snapshots, in ten times as many months."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Program, alternate
from benchmarks.table import Row, rows_of

FACTOR = 10
DAYS = 300


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process a tenth of `size` snapshots, and then all: one a day of each chart."""

    def process(raw_files: Path) -> Program:
        return bench.chartlake(bench.landed(raw_files), "process")

    contenders = {}
    for count in (size // FACTOR, size):
        raw_files = bench.made("playlists", bench.folder / f"raw {count}", count, size // DAYS)
        contenders[f"chartlake, {count:,} files"] = partial(process, raw_files)
    yield from rows_of("growth", size, alternate(contenders, bench.rounds))
