"""A year of daily charts of many markets: the cost of a snapshot in its two halves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Cost, run
from benchmarks.table import Row

# Charts and days of 200 entries, by the number of snapshots.
SHAPES = {600: (5, 120), 2_400: (20, 120), 25_550: (70, 365)}
STEPS = ("land", "process", "mirror")


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Land, process and mirror the first half of the days, and then the second on top of it."""
    charts, days = SHAPES[size]
    arguments = ("--charts", charts, "--periods", 0, "--next", days, "--daily")
    made = bench.made("histories", bench.folder / "made", *arguments)
    folders = sorted((made / "next").iterdir())
    middle = days // 2
    first = _taken_in(bench, folders[:middle])
    second = _taken_in(bench, folders[middle:])
    for step in STEPS:
        each = first[step].cpu / (middle * charts)
        later = second[step].cpu / ((days - middle) * charts)
        yield _row(size, f"{step}, first half", first[step], each)
        yield _row(size, f"{step}, second half", second[step], later, later / each)


def _taken_in(bench: Bench, folders: list[Path]) -> dict[str, Cost]:
    lake = bench.folder / "lake"
    arguments = {"land": map(str, folders), "process": (), "mirror": ()}
    return {step: run(bench.chartlake(lake, step, *arguments[step])) for step in STEPS}


def _row(size: int, program: str, cost: Cost, each: float, times: float | None = None) -> Row:
    return Row("year", size, program, cost, times, note=f"{1000 * each:.1f} ms of CPU a snapshot")
