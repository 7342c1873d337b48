"""Chart files of many charts to published tables, end to end."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import alternate
from benchmarks.table import Row, rows_of

# Nineteen weeks are five months.
WEEKS = 19


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process `size` landed chart files: 717 of them are of 38 charts, in 190 partitions."""
    charts = -(-size // WEEKS)
    arguments = ("--charts", charts, "--periods", 0, "--next", WEEKS)
    made = bench.made("histories", bench.folder / "made", *arguments)
    raw_files = _in_one_folder(made / "next", bench.folder / "raw", size)
    contenders = bench.versions(
        lambda checkout: bench.chartlake(bench.landed(raw_files), "process", checkout=checkout)
    )
    if find_spec("polars"):
        contenders["polars_charts"] = lambda: bench.module(
            "contenders.polars_charts", bench.landed(raw_files)
        )
    yield from rows_of("chart-files", size, alternate(contenders, bench.rounds))


def _in_one_folder(days: Path, folder: Path, size: int) -> Path:
    folder.mkdir()
    # The last week is left incomplete.
    for path in sorted(days.glob("*/*.csv"))[:size]:
        path.rename(folder / path.name)
    return folder
