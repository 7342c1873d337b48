"""Measuring programs side by side: CPU seconds, wall seconds and peak memory of child processes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

ROOT = Path(__file__).parents[1]
# The settings of whoever measures do not apply.
_SETTINGS = ("AWS_", "SPOTIPY_", "CHARTLAKE_", "PREFECT_")


@dataclass(frozen=True, slots=True)
class Program:
    """A Python program to run in a folder, its checkout, and the exit statuses it may have."""

    arguments: Sequence[str | Path]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    checkout: Path = ROOT
    statuses: Sequence[int] = (0,)

    @property
    def name(self) -> str:
        """The first of its arguments."""
        return " ".join(map(str, self.arguments[:3]))


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took: seconds of CPU and on the wall, and its peak memory in MB."""

    cpu: float
    wall: float
    peak_mb: float


# Makes everything ready for one more run of a program.
Contender = Callable[[], Program]


def alternate(contenders: Mapping[str, Contender], rounds: int) -> dict[str, Cost]:
    """The lowest times of each contender, and its highest peak.

    Contenders take turns, so that a machine that slows down slows all of them.
    """
    costs: dict[str, list[Cost]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, contender in contenders.items():
            costs[name].append(run(contender()))
    return {name: lowest(found) for name, found in costs.items()}


def lowest(costs: Sequence[Cost]) -> Cost:
    """The lowest times of several rounds, and the highest peak."""
    return Cost(
        min(cost.cpu for cost in costs),
        min(cost.wall for cost in costs),
        max(cost.peak_mb for cost in costs),
    )


def always(programs: Mapping[str, Program]) -> dict[str, Contender]:
    """The programs as contenders that need nothing made ready."""
    return {name: partial(_same, program) for name, program in programs.items()}


def _same(program: Program) -> Program:
    return program


def run(program: Program) -> Cost:
    """Run a program to its end. Raises RuntimeError where its exit status is not expected."""
    started = time.monotonic()
    with TemporaryFile() as errors:
        child = start(program, stdout=subprocess.DEVNULL, stderr=errors)
        # Unlike `getrusage`, this tells the children of this process apart.
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in program.statuses:
            errors.seek(0)
            text = errors.read().decode(errors="replace")[-2000:]
            raise RuntimeError(f"{program.name} ended with {child.returncode}:\n{text}")
    wall = time.monotonic() - started
    return Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


def output_of(program: Program) -> str:
    """What a program prints; it is not measured."""
    child = start(program, stdout=subprocess.PIPE)
    output, _ = child.communicate()
    if child.returncode not in program.statuses:
        raise RuntimeError(f"{program.name} ended with {child.returncode}.")
    return output.decode()


def start(program: Program, **streams: Any) -> subprocess.Popen[bytes]:
    """Start a program; `streams` are those of `Popen`."""
    command = [sys.executable, *map(str, program.arguments)]
    return subprocess.Popen(command, cwd=program.folder, env=_environment(program), **streams)


def _environment(program: Program) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_SETTINGS)}
    # DuckDB of another line, or other packages to measure with, may come first.
    path = os.pathsep.join(filter(None, (str(program.checkout), os.environ.get("PYTHONPATH"))))
    return kept | {"PYTHONPATH": path} | dict(program.environment)
