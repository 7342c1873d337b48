"""How the cost of processing grows: ten times as many snapshots, in ten times as many months."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.bench import Bench
from benchmarks.measuring import Program, alternate
from benchmarks.table import Row, rows_of

FACTOR = 10
DAYS = 300


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process a tenth of `size` snapshots, and then all: one a day of each chart."""

    def process(count: int) -> Program:
        raw_files = bench.made("playlists", bench.folder / f"raw {count}", count, size // DAYS)
        return bench.chartlake(bench.landed(raw_files), "process")

    counts = {f"chartlake, {count:,} files": count for count in (size // FACTOR, size)}
    contenders = {name: partial(process, count) for name, count in counts.items()}
    yield from rows_of("growth", size, alternate(contenders, bench.rounds))
