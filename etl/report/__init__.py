"""The report: one self-contained page about the history of the charts."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from etl.files import write_file
from etl.mirror.choices import find_charts, known_charts
from etl.mirror.reader import open_mirror
from etl.report.figures import figures
from etl.report.findings import find


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
        charts = find(connection, [one.chart_id for one in chosen])
    page = (
        _environment()
        .get_template("page.html.j2")
        .render(
            charts=charts,
            figures={chart.chart_id: figures(chart) for chart in charts},
            style=Markup(_text("page.css")),  # noqa: S704 - a file of our own
            script=Markup(_text("page.js")),  # noqa: S704 - a file of our own
            vega=Markup(_vega()),  # noqa: S704 - the library's own bundle
        )
    )
    write_file(out, page.encode())
    return len(charts)


def sparkline(positions: list[int | None], size: int) -> Markup:
    """The positions as a small line, the highest at the top; what is None is left out."""
    runs: list[list[str]] = [[]]
    for index, position in enumerate(positions):
        if position is None:
            runs.append([])
        else:
            runs[-1].append(f"{index * 4 + 2},{2 + 16 * (position - 1) / max(size - 1, 1):.1f}")
    lines = "".join(f'<polyline points="{" ".join(run)}"/>' for run in runs if len(run) > 1)
    dots = "".join(
        '<circle cx="{}" cy="{}" r="1.5"/>'.format(*run[0].split(","))
        for run in runs
        if len(run) == 1
    )
    width = len(positions) * 4
    return Markup(  # noqa: S704 - made of numbers alone
        f'<svg class="spark" viewBox="0 0 {width} 20" width="{width}" height="20"'
        f' aria-hidden="true">{lines}{dots}</svg>'
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("etl.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["embedded"] = _embedded
    environment.filters["sparkline"] = sparkline
    environment.filters["percent"] = lambda share: f"{100 * share:.1f} %"
    return environment


def _embedded(document: Any) -> Markup:
    # Within a script element, no text may end it or begin a comment.
    text = json.dumps(document, ensure_ascii=False, default=str)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - every character that HTML knows is written otherwise


@cache
def _vega() -> str:
    # Without a snippet of our own, the bundle sets window.vegaEmbed.
    bundle = vl_convert.javascript_bundle()  # type: ignore[call-arg]
    return str(bundle).replace("</script", "<\\/script")


def _text(name: str) -> str:
    return files("etl.report").joinpath(name).read_text("utf-8")
