"""The page: its template, and what the template and the script of the page are given."""

from __future__ import annotations

import calendar
import json
from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import vl_convert
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from etl.report.answers import Row
from etl.report.columns import (
    Line,
    Numbers,
    columns,
    family_lines,
    last_day,
    overlaps,
    small_line,
)
from etl.report.figures import figures
from etl.report.findings import ChartFindings
from etl.report.overview import Overview
from etl.wording import counted

_SCRIPTS = ("page.js", "compare.js", "views.js")
_STATES = {
    "broken": "New record",
    "extended": "Record extended",
    "equalled": "Record equalled",
    "near": "Close to a record",
}


def page_about(charts: Sequence[ChartFindings], overlapping: Sequence[Row] = ()) -> str:
    """The page about these charts, as HTML; `overlapping` is what `find_overlaps` found."""
    songs, artists = Numbers(), Numbers()
    drawn = {chart.chart_id: columns(chart, artists) for chart in charts}
    environment = _environment()
    environment.filters["artist_numbers"] = lambda row: _artist_numbers(row, artists)
    return environment.get_template("page.html.j2").render(
        charts=charts,
        start=Overview(charts) if len(charts) > 1 else None,
        columns=drawn,
        families=_families(charts, drawn),
        overlaps=overlaps(overlapping),
        figures=figures(),
        songs=songs,
        artists=artists,
        style=Markup(_text("page.css")),  # noqa: S704 - a file of our own
        script=Markup("\n".join(map(_text, _SCRIPTS))),  # noqa: S704 - files of our own
        vega=Markup(_vega()),  # noqa: S704 - the library's own bundle
    )


def _families(
    charts: Sequence[ChartFindings], drawn: dict[str, dict[str, Any]]
) -> dict[str, dict[str, Line]]:
    """The lines that charts of one family share; each chart says which are its own."""
    members: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for chart in charts:
        if chart.family and chart.cadence:
            members[f"{chart.cadence} {chart.group}"].append(drawn[chart.chart_id])
    lines = {family: family_lines(found) for family, found in members.items()}
    for family, found in members.items():
        for one in found:
            one["family"] = family if _share_days(one["lines"], lines[family]) else None
    return lines


def _share_days(own: dict[str, Line], shared: dict[str, Line]) -> bool:
    return any(last_day(shared[figure]) > own[figure][0] for figure in own.keys() & shared.keys())


def _artist_numbers(row: Row, artists: Numbers) -> str:
    known = zip(row["artist_keys"], row["artist_names"], strict=True)
    return " ".join(str(artists.of(key, name)) for key, name in known)


def record_sentence(row: Row, unit: str) -> Markup:
    """A record of the latest period as a sentence: what it is, whose, and what it was before."""
    what = row["record"].replace("periods", f"{unit}s").replace("a period", f"a {unit}")
    return Markup("{}: {}, <b>{:,}</b> · {} <span class=soft>({:,} before)</span>").format(
        _STATES[row["state"]], what, row["figure"], "; ".join(row["whose"]), row["record_before"]
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("etl.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["embedded"] = _embedded
    environment.filters["small_line"] = small_line
    environment.filters["counted"] = counted
    environment.filters["record"] = record_sentence
    environment.filters["month"] = lambda month: calendar.month_name[month]
    environment.filters["percent"] = lambda share: f"{100 * (share or 0):.1f} %"
    return environment


def _embedded(document: Any) -> Markup:
    # Within a script element, no text may end it or begin a comment.
    text = json.dumps(document, ensure_ascii=False, default=str, separators=(",", ":"))
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
