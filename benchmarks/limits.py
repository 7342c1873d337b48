"""The limits of the short form: relations between programs, sizes and counts, never a time.

They hold what is reached, with some margin; `docs/performance.md` has the targets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from benchmarks.table import Row

Rows = Sequence[Row]

FASTER_THAN_TUTORIAL = 2
PEAK_MB = 300
MIRROR_PEAK_MB = 400
# Ten times as much may take so many times as long.
GROWTH = 10.5
# A refresh follows what is new: with fifty times the history it may take so many times as long.
REFRESH_GROWTH = 3
# A snapshot of the second half of a year may cost so many times as much as one of the first. If a
# snapshot cost as much as there was before it, that would be three times.
LATER_SNAPSHOTS = 2
REQUESTS = 21
# So many more requests may one more week take after a long history, or beside many charts.
MORE_REQUESTS = 4


def broken_limits(rows: Rows) -> list[str]:
    """A sentence for each limit that the rows break."""
    return [sentence for limit in _LIMITS for sentence in limit(rows)]


def _faster_than_the_tutorial(rows: Rows) -> Iterator[str]:
    for row in _of(rows, "process", "tutorial"):
        if row.times is not None and row.times < FASTER_THAN_TUTORIAL:
            yield (
                f"The tutorial takes {row.times:.1f} times the CPU of chartlake for {row.size:,}"
                f" files; it should be at least {FASTER_THAN_TUTORIAL} times."
            )


def _bounded_memory(rows: Rows) -> Iterator[str]:
    for row in rows:
        limit = MIRROR_PEAK_MB if row.case == "mirror" else PEAK_MB
        is_limited = row.case == "mirror" or (row.case, row.program) == ("process", "chartlake")
        if is_limited and row.cost.peak_mb > limit:
            yield (
                f"{row.case} of {row.size:,}, {row.program}: it needs {row.cost.peak_mb:.0f} MB;"
                f" it should be at most {limit} MB."
            )


def _linear_growth(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row.case == "growth" and row.times is not None and row.times > GROWTH:
            yield f"Ten times as many files take {row.times:.1f} times the CPU, not {GROWTH}."


def _refresh_follows_what_is_new(rows: Rows) -> Iterator[str]:
    refreshes = _of(rows, "mirror", "then mirror")
    if refreshes:
        first, last = refreshes[0], refreshes[-1]
        growth = last.cost.cpu / first.cost.cpu
        if growth > REFRESH_GROWTH:
            yield (
                f"A refresh by one more week takes {growth:.1f} times the CPU at {last.size:,} rows"
                f" that it takes at {first.size:,}; it should be at most {REFRESH_GROWTH} times."
            )


def _flat_cost(rows: Rows) -> Iterator[str]:
    for row in rows:
        if row.case == "year" and row.times is not None and row.times > LATER_SNAPSHOTS:
            yield (
                f"In a year of {row.size:,} snapshots, {row.program}: a snapshot takes"
                f" {row.times:.1f} times the CPU of one in the first half; it should be at most"
                f" {LATER_SNAPSHOTS} times."
            )


def _few_requests(rows: Rows) -> Iterator[str]:
    counts = {row.requests for row in rows if row.requests is not None}
    if counts and (max(counts) > REQUESTS or max(counts) - min(counts) > MORE_REQUESTS):
        listed = ", ".join(map(str, sorted(counts)))
        yield (
            f"One more week takes {listed} requests; it should be at most {REQUESTS}, and at most"
            f" {MORE_REQUESTS} more than in the smallest lake."
        )


def _of(rows: Rows, case: str, program: str) -> list[Row]:
    return [row for row in rows if (row.case, row.program) == (case, program)]


_LIMITS: Sequence[Callable[[Rows], Iterator[str]]] = (
    _faster_than_the_tutorial,
    _bounded_memory,
    _linear_growth,
    _refresh_follows_what_is_new,
    _flat_cost,
    _few_requests,
)
