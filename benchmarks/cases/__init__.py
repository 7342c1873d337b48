"""The cases, by name: what each measures, and at which sizes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.cases import (
    backfill,
    chart_files,
    growth,
    mirror,
    month,
    odd_input,
    process,
    questions,
    requests,
    start_up,
    transform,
    year,
)
from benchmarks.table import Row


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured at each size; the short form has sizes of its own, or none."""

    measure: Callable[[Bench, int], Iterable[Row]]
    sizes: tuple[int, ...]
    short_sizes: tuple[int, ...] = ()


CASES = {
    "start-up": Case(start_up.measure, (26,)),
    "transform": Case(transform.measure, (1, 104, 1_000, 20_000)),
    "process": Case(process.measure, (1, 104, 1_000, 2_000, 20_000), (600,)),
    "growth": Case(growth.measure, (2_100, 21_000), (1_500,)),
    "odd-input": Case(odd_input.measure, (1_000,)),
    "chart-files": Case(chart_files.measure, (717,)),
    "backfill": Case(backfill.measure, (76_650,)),
    "mirror": Case(mirror.measure, (5_000, 250_000, 2_500_000, 25_000_000), (5_000, 250_000)),
    "month": Case(month.measure, (0, 29, 719)),
    "questions": Case(questions.measure, (2_500_000,)),
    "requests": Case(requests.measure, (2, 520), (54,)),
    "year": Case(year.measure, (25_550,), (600,)),
}
