"""Requests to S3 for one more week of one chart: landed, processed, and mirrored.

They are counted where botocore sends them, to a local SeaweedFS. Only their number counts: its
latency is not Amazon's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.measuring import Cost, output_of, run
from benchmarks.table import Row
from tests.support.s3_server import running

# The chart is alone in its lake, or one of many.
CHARTS = (1, 27)


def measure(bench: Bench, size: int) -> Iterator[Row]:
    """One more week of one chart after `size` weeks."""
    for charts in CHARTS:
        arguments = ("--charts", charts, "--periods", size, "--next", 2)
        made = bench.made("histories", bench.folder / "made", *arguments)
        with running() as server:
            location = server.new_location()
            upload = bench.module("inputs.uploads", made / "lake", location)
            output_of(replace(upload, environment=server.environ))
            # The first of the two weeks creates the mirror, and tries what the store can do.
            for week in sorted((made / "next").iterdir()):
                chart_file = min(week.iterdir())
                costs, requests = _add(bench, location, server.environ, chart_file)
        yield from _rows(size, f"{charts} charts" if charts > 1 else "1 chart", costs, requests)


def _add(
    bench: Bench, location: str, environment: Mapping[str, str], chart_file: Path
) -> tuple[dict[str, Cost], dict[str, Counter[str]]]:
    """What it costs to add a chart file, and how many requests of each method, by command."""
    costs, requests = {}, {}
    for arguments in (("land", str(chart_file)), ("process",), ("mirror",)):
        log = bench.folder / f"{arguments[0]}.requests"
        log.write_text("")
        command = bench.chartlake(location, *arguments)
        counted = ("-m", "benchmarks.counted", log, *arguments)
        counting = replace(
            command, arguments=counted, environment={**command.environment, **environment}
        )
        costs[arguments[0]] = run(counting)
        lines = log.read_text(encoding="utf-8").splitlines()
        requests[arguments[0]] = Counter(line.partition(" ")[0] for line in lines)
    return costs, requests


def _rows(
    size: int, lake: str, costs: Mapping[str, Cost], requests: Mapping[str, Counter[str]]
) -> Iterator[Row]:
    for command, cost in costs.items():
        counts = requests[command]
        listed = ", ".join(f"{count} {method}" for method, count in sorted(counts.items()))
        note = f"{counts.total()} requests: {listed}"
        yield Row("requests", size, f"{lake}: {command}", cost, note=note)
    total = sum(counts.total() for counts in requests.values())
    together = Cost(
        sum(cost.cpu for cost in costs.values()),
        sum(cost.wall for cost in costs.values()),
        max(cost.peak_mb for cost in costs.values()),
    )
    note = f"{total} requests"
    yield Row("requests", size, f"{lake}: together", together, note=note, requests=total)
