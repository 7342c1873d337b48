"""The table of results: what was measured, and on which machine."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from os import cpu_count
from pathlib import Path

from benchmarks.measuring import Cost

_PACKAGES = ("duckdb", "pandas", "polars", "pysimdjson", "msgspec")
HEADER = (
    "| case | size | program | CPU s | wall s | peak MB | CPU × first | |\n"
    "|---|--:|---|--:|--:|--:|--:|---|"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One program in one case. `times` is its CPU in relation to the first one's."""

    case: str
    size: int
    program: str
    cost: Cost
    times: float | None = None
    note: str = ""
    requests: int | None = None

    def __str__(self) -> str:
        cost = self.cost
        times = "" if self.times is None else f"{self.times:.2f}"
        return (
            f"| {self.case} | {self.size:,} | {self.program} | {cost.cpu:.2f} | {cost.wall:.2f}"
            f" | {cost.peak_mb:.0f} | {times} | {self.note} |"
        )


def rows_of(case: str, size: int, costs: dict[str, Cost], note: str = "") -> list[Row]:
    """A row for each program, in relation to the first one."""
    first = next(iter(costs.values()))
    return [
        Row(case, size, program, cost, cost.cpu / first.cpu, note)
        for program, cost in costs.items()
    ]


def circumstances() -> str:
    """A sentence about command, date, machine and versions."""
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    found = ", ".join(f"{name} {_version(name)}" for name in ("Python", *_PACKAGES))
    return (
        f"`{command}` on {datetime.now(UTC):%Y-%m-%d}; {_processor()}, {cpu_count()} cores,"
        f" {platform.system()}; {found}."
    )


def _version(package: str) -> str:
    if package == "Python":
        return platform.python_version()
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.machine())
