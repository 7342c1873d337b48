"""The report: one self-contained page about the history of the charts."""

from __future__ import annotations

from pathlib import Path

from etl.files import write_file
from etl.mirror.choices import find_charts, known_charts
from etl.mirror.reader import open_mirror
from etl.report.answers import find_overlaps
from etl.report.findings import find
from etl.report.page import page_about


def write_report(
    mirror: Path, out: Path, *, chart: str | None = None, market: str | None = None
) -> int:
    """Write a page about the mirror's charts to `out`, whole or not at all; returns how many.

    `chart` is an id, a name or a part of it; by default, the page has all charts of the market, or
    of all markets. It needs no network. Raises MirrorError where there is no mirror to read, and
    QueryError where it has no such chart or market.
    """
    with open_mirror(mirror) as connection:
        chosen = known_charts(connection)
        if chart is not None or market is not None:
            chosen = find_charts(chosen, chart, market)
        chart_ids = [one.chart_id for one in chosen]
        charts = find(connection, chart_ids)
        overlapping = find_overlaps(connection, chart_ids) if len(charts) > 1 else []
    write_file(out, page_about(charts, overlapping).encode())
    return len(charts)
