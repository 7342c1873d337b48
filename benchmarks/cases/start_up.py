"""What it takes until a command begins to work, and the demo."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.measuring import Program, alternate, always, run, start
from benchmarks.table import Row


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """The demo with `size` weeks, and small commands on its lake."""
    lake = bench.folder / "demo"
    demo = bench.chartlake(lake, "demo", "--weeks", str(size), "--into", str(lake))
    note = f"first line after {_seconds_to_first_line(demo):.1f} s"
    yield Row("start-up", size, "demo", run(demo), note=note)
    (lake / "mirror.duckdb").rename(bench.folder / "mirror.duckdb")
    programs = {
        "python -c pass": Program(("-c", "pass"), bench.folder),
        "import duckdb": Program(("-c", "import duckdb"), bench.folder),
        "import pandas": Program(("-c", "import pandas"), bench.folder),
        "--help": bench.chartlake(lake, "--help"),
        'query "select 1"': bench.chartlake(lake, "query", "select 1"),
        "status": bench.chartlake(lake, "status"),
    }
    costs = alternate(always(programs), bench.rounds)
    for name, cost in costs.items():
        yield Row("start-up", size, name, cost)


def _seconds_to_first_line(program: Program) -> float:
    started = time.monotonic()
    with start(program, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        seconds = time.monotonic() - started
        child.communicate()
    return seconds
