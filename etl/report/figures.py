"""The figures of the page, as Vega-Lite specifications; colour is never the only sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from etl.report.findings import TOP, ChartFindings

Figure = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2]]
_TIME = {"field": "at", "type": "temporal", "title": None}


def figures(chart: ChartFindings) -> dict[str, Figure]:
    """The figures about one chart, by the name of the place where each is shown."""
    drawn = {
        "bump": _bump(chart),
        "artists": _shares(chart.shares("artist_shares", "artist_name"), "artist"),
        "genres": _shares(chart.shares("genre_shares", "genre"), "genre"),
        "churn": _line(chart, "churn", "churn", "share of the chart that is new or back", "%"),
        "concentration": _line(
            chart, "concentration", "top_ten_share", "the top ten's share of the weight", "%"
        ),
    }
    for field, title, unit in (
        ("mean_seconds", "mean duration in seconds", ".0f"),
        ("explicit_share", "explicit songs", "%"),
        ("collaboration_share", "songs of more than one artist", "%"),
        ("single_share", "songs from singles", "%"),
        ("catalogue_share", "songs older than a year and a half", "%"),
    ):
        drawn[field] = _line(chart, "song_trends", field, title, unit)
    return {name: figure for name, figure in drawn.items() if figure["data"]["values"]}


def _bump(chart: ChartFindings) -> Figure:
    values = [point for song in chart.top for point in _points(song, chart.recent_periods)]
    emphasis = {"condition": {"param": "chosen", "value": 1, "empty": False}, "value": 0.35}
    scale = {"domain": [1, TOP], "reverse": True}
    ticks = list(range(1, TOP + 1))
    position = {
        "field": "position",
        "type": "quantitative",
        "title": "position",
        "scale": scale,
        "axis": {"values": ticks, "grid": False},
    }
    encoding = {
        "x": _TIME | {"axis": {"grid": False}},
        "y": position,
        "detail": {"field": "run"},
        "color": {"field": "song", "type": "nominal", "legend": None},
        "tooltip": [
            {"field": "song", "type": "nominal"},
            {"field": "artist", "type": "nominal"},
            {"field": "position", "type": "quantitative"},
            {"field": "at", "type": "temporal", "title": "until"},
        ],
    }
    pick = {"type": "point", "on": "pointerover", "fields": ["run"], "nearest": True}
    labels: Figure = {
        "transform": [{"filter": "datum.is_last && datum.position != null"}],
        "mark": {"type": "text", "align": "left", "dx": 8, "limit": 150},
        "encoding": {"text": {"field": "song"}},
    }
    return _figure(
        values,
        encoding=encoding,
        height=340,
        layer=[
            {
                "mark": {"type": "line", "strokeWidth": 3, "interpolate": "monotone"},
                "encoding": {"opacity": emphasis},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 70},
                "params": [{"name": "chosen", "select": pick}],
                "encoding": {
                    "opacity": emphasis,
                    "shape": {
                        "field": "song",
                        "type": "nominal",
                        "legend": None,
                        "scale": {"range": _SHAPES},
                    },
                },
            },
            labels,
        ],
    )


def _points(song: dict[str, Any], periods: list[Any]) -> Iterator[dict[str, Any]]:
    """A song's positions in the top ten; a period outside it, if the line has to break there."""
    was_there = False
    for period, position in zip(periods, song["positions"], strict=True):
        is_there = position is not None and position <= TOP
        if is_there or was_there:
            yield {
                "at": str(period),
                "song": song["song_name"],
                "artist": song["artist_credit"],
                "run": song["run_id"],
                "is_last": period == periods[-1],
                "position": position if is_there else None,
            }
        was_there = is_there


def _shares(found: list[dict[str, Any]], what: str) -> Figure:
    values = [
        {"at": str(row["month"]), "name": row["name"], "share": row["share"]} for row in found
    ]
    name = {
        "field": "name",
        "type": "nominal",
        "title": what,
        "legend": {"orient": "bottom", "columns": 2, "labelLimit": 140, "symbolType": "stroke"},
    }
    return _figure(
        values,
        height=280,
        mark={"type": "line", "point": True, "strokeWidth": 2},
        params=[
            {"name": "chosen", "select": {"type": "point", "fields": ["name"]}, "bind": "legend"}
        ],
        encoding={
            "x": _TIME,
            "y": {
                "field": "share",
                "type": "quantitative",
                "title": None,
                "axis": {"format": "%"},
            },
            "color": name,
            "strokeDash": name | {"scale": {"range": _DASHES}},
            "opacity": {"condition": {"param": "chosen", "value": 1}, "value": 0.15},
            "tooltip": [
                {"field": "name", "type": "nominal", "title": what},
                {"field": "share", "type": "quantitative", "format": ".1%"},
                {"field": "at", "type": "temporal", "title": "month", "format": "%B %Y"},
            ],
        },
    )


def _line(chart: ChartFindings, report: str, field: str, title: str, unit: str) -> Figure:
    values = [
        {"at": str(row.get("period_end") or row["month"]), "figure": row[field]}
        for row in chart.answers[report]
        if row[field] is not None
    ]
    return _figure(
        values if len(values) > 1 else [],
        title={"text": title, "anchor": "start"},
        height=140,
        mark={"type": "line", "point": {"size": 25}},
        encoding={
            "x": _TIME | {"axis": {"tickCount": 4}},
            "y": {
                "field": "figure",
                "type": "quantitative",
                "title": None,
                "scale": {"zero": False},
                "axis": {"format": unit, "tickCount": 4},
            },
            "tooltip": [
                {"field": "at", "type": "temporal", "title": "until"},
                {
                    "field": "figure",
                    "type": "quantitative",
                    "title": title,
                    "format": ".1%" if unit == "%" else unit,
                },
            ],
        },
    )


def _figure(values: list[dict[str, Any]], **spec: Any) -> Figure:
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": values},
        **spec,
    }
