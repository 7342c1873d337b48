"""Years of daily charts at once: by one process, and by two Dask workers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from importlib.util import find_spec

from benchmarks.bench import Bench
from benchmarks.measuring import Program, alternate
from benchmarks.table import Row, rows_of

CHARTS = 70
# Each with the package that it needs.
CONTENDERS = {
    "one process": (("process",), "duckdb"),
    "two Dask workers": (("backfill", "--workers=2"), "prefect_dask"),
}


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Process about `size` chart files of 200 entries, one a day of each of 70 charts."""
    days = size // CHARTS
    arguments = ("--charts", CHARTS, "--periods", 0, "--next", days, "--daily")
    made = bench.made("histories", bench.folder / "made", *arguments)
    folders = sorted((made / "next").iterdir())

    def backfill(command: tuple[str, ...]) -> Program:
        return bench.chartlake(bench.landed(*folders), *command)

    contenders = {
        name: partial(backfill, command)
        for name, (command, package) in CONTENDERS.items()
        if find_spec(package)
    }
    costs = alternate(contenders, bench.rounds)
    first = next(iter(costs.values())).wall
    for row in rows_of("backfill", size, costs):
        yield replace(row, note=f"{first / row.cost.wall:.2f} times as fast")
