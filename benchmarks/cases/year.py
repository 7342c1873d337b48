"""A year of daily charts of many markets: the cost of a snapshot in its two halves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Cost, lowest, run
from benchmarks.table import Row

# Charts and days of 200 entries, by the number of snapshots.
SHAPES = {600: (5, 120), 2_400: (20, 120), 25_550: (70, 365)}
STEPS = ("land", "process", "mirror")
# Beyond this, one round takes minutes.
REPEATED = 600


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Land, process and mirror the first half of the days, and then the second on top of it."""
    charts, days = SHAPES[size]
    arguments = ("--charts", charts, "--periods", 0, "--next", days, "--daily")
    made = bench.made("histories", bench.folder / "made", *arguments)
    folders = sorted((made / "next").iterdir())
    middle = days // 2
    halves = (folders[:middle], folders[middle:])
    rounds = bench.rounds if size <= REPEATED else 1
    years = [_taken_in(bench, halves) for _ in range(rounds)]
    for step in STEPS:
        first, second = (lowest([year[half][step] for year in years]) for half in range(2))
        each = first.cpu / (middle * charts)
        later = second.cpu / ((days - middle) * charts)
        yield _row(size, f"{step}, first half", first, each)
        yield _row(size, f"{step}, second half", second, later, later / each)


def _taken_in(bench: Bench, halves: Sequence[list[Path]]) -> list[dict[str, Cost]]:
    """What each step costs in each half of a new lake."""
    lake = bench.landed()
    (bench.folder / "mirror.duckdb").unlink(missing_ok=True)
    costs = []
    for folders in halves:
        arguments = {"land": map(str, folders), "process": (), "mirror": ()}
        costs.append({step: run(bench.chartlake(lake, step, *arguments[step])) for step in STEPS})
    return costs


def _row(size: int, program: str, cost: Cost, each: float, times: float | None = None) -> Row:
    return Row("year", size, program, cost, times, note=f"{1000 * each:.1f} ms of CPU a snapshot")
