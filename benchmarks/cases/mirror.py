"""The mirror: built for the first time, and brought up to date by one more week or day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Cost, lowest, output_of, run
from benchmarks.table import Row


@dataclass(frozen=True, slots=True)
class Shape:
    """So many charts with so many periods of 200 entries."""

    charts: int
    periods: int
    is_daily: bool = False

    @property
    def arguments(self) -> tuple[object, ...]:
        """The shape as arguments of `benchmarks.inputs.histories`."""
        shape = ("--charts", self.charts, "--periods", self.periods)
        return (*shape, "--daily") if self.is_daily else shape


SHAPES = {
    5_000: Shape(1, 25),
    250_000: Shape(5, 250),
    2_500_000: Shape(27, 470),
    25_000_000: Shape(70, 1_825, is_daily=True),
}


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """The first build, and then as many further periods as there are rounds."""
    shape = SHAPES[size]
    made = bench.made("histories", bench.folder / "made", *shape.arguments, "--next", bench.rounds)
    lake, mirror = made / "lake", bench.folder / "mirror.duckdb"
    first = run(bench.chartlake(lake, "mirror"))
    yield Row("mirror", size, "first build", first, note=f"{_megabytes(mirror)} MB file")
    costs = [_further(bench, lake, files) for files in sorted((made / "next").iterdir())]
    period = "day" if shape.is_daily else "week"
    for number, program in enumerate((f"process one more {period}", "then mirror")):
        yield Row("mirror", size, program, lowest([cost[number] for cost in costs]))
    yield Row("mirror", size, "nothing new", run(bench.chartlake(lake, "mirror")))


def _further(bench: Bench, lake: Path, files: Path) -> tuple[Cost, Cost]:
    output_of(bench.chartlake(lake, "land", str(files)))
    return run(bench.chartlake(lake, "process")), run(bench.chartlake(lake, "mirror"))


def _megabytes(path: Path) -> int:
    return round(path.stat().st_size / 1e6)
