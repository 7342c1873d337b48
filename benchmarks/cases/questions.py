"""The questions of `sql/reports`, each as a command of its own, its answer printed as CSV."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.cases.mirror import SHAPES
from benchmarks.measuring import ROOT, alternate, always, output_of, run
from benchmarks.table import Row


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """Each question on a mirror of that many rows, the report, and `select 1` for their start."""
    made = bench.made("histories", bench.folder / "made", *SHAPES[size].arguments)
    lake = made / "lake"
    run(bench.chartlake(lake, "mirror"))
    programs = {"select 1": bench.chartlake(lake, "query", "select 1")}
    for path in sorted((ROOT / "sql/reports").glob("*.sql")):
        # A question begins with a comment, which looks like an option.
        question = ("--format", "csv", "--", path.read_text(encoding="utf-8"))
        programs[path.stem] = bench.chartlake(lake, "query", *question)
    costs = alternate(always(programs), bench.rounds)
    for name, cost in costs.items():
        rows = output_of(programs[name]).count("\n") - 1
        yield Row("questions", size, name, cost, note=f"{rows:,} lines" if rows > 1 else "")
    yield Row("questions", size, "report", run(bench.chartlake(lake, "report")))
