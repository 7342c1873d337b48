"""Raw files of playlists to published tables, end to end, as the real command does it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Program, alternate
from benchmarks.table import Row, rows_of

# Each with the package that it needs.
CONTENDERS = {"tutorial": "pandas", "polars_frames": "polars", "simdjson_floor": "simdjson"}
# Beyond this, one round takes minutes.
REPEATED = 2_000


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process `size` landed snapshots: tables written, raw files archived."""
    raw_files = bench.made("playlists", bench.folder / "raw", size)

    def chartlake(checkout: Path) -> Program:
        return bench.chartlake(bench.landed(raw_files), "process", checkout=checkout)

    def other(name: str) -> Program:
        return bench.module(f"contenders.{name}", bench.landed(raw_files))

    contenders = bench.versions(chartlake) | {name: partial(other, name) for name in installed()}
    rounds = bench.rounds if size <= REPEATED else 1
    yield from rows_of("process", size, alternate(contenders, rounds))


def installed() -> list[str]:
    """The contenders that can run here."""
    return [name for name, package in CONTENDERS.items() if find_spec(package)]
