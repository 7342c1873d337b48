"""The figures of the page, as Vega-Lite specifications; colour is never the only sign."""

from __future__ import annotations

from typing import Any

from etl.report.findings import TOP

Figure = dict[str, Any]

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
_SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [12, 4], [4, 2]]
_TIME = {"field": "at", "type": "temporal", "title": None}


def figures() -> dict[str, Figure]:
    """The figures of every chart, by the name of the place where each is shown.

    They have no values: the page's script fills them in from the chart's columns.
    """
    return {
        "bump": _bump(),
        "artists": _shares("artist"),
        "genres": _shares("genre"),
        "overlap": _overlap(),
        "churn": _line("New or back on the chart", "%"),
        "concentration": _line("The top ten's share of the whole", "%"),
        "mean_seconds": _line("Average length, in seconds", ".0f"),
        "explicit_share": _line("Explicit songs", "%"),
        "collaboration_share": _line("Songs by more than one artist", "%"),
        "single_share": _line("Songs from singles", "%"),
        "catalogue_share": _line("Songs older than 18 months", "%"),
    }


def _bump() -> Figure:
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


def _shares(what: str) -> Figure:
    name = {
        "field": "name",
        "type": "nominal",
        "title": what,
        "legend": {"orient": "bottom", "columns": 2, "labelLimit": 140, "symbolType": "stroke"},
    }
    return _figure(
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


def _overlap() -> Figure:
    share = {"field": "share", "type": "quantitative", "title": None}
    return _figure(
        height=200,
        mark={"type": "line", "point": True, "strokeWidth": 2},
        encoding={
            "x": _TIME,
            "y": share | {"axis": {"format": "%", "tickCount": 5}},
            "tooltip": [
                {"field": "at", "type": "temporal", "title": "month", "format": "%B %Y"},
                share | {"title": "in common", "format": ".0%"},
                {"field": "songs", "type": "quantitative", "title": "songs on both"},
            ],
        },
    )


def _line(title: str, unit: str) -> Figure:
    dashes = {"domain": [False, True], "range": [[1, 0], [3, 3]]}
    series = {"field": "is_family", "type": "nominal", "legend": None, "scale": dashes}
    values = {"field": "value", "type": "quantitative"}
    return _figure(
        title={"text": title, "anchor": "start"},
        height=140,
        mark={"type": "line", "point": {"size": 14}},
        encoding={
            "x": _TIME | {"axis": {"tickCount": 4, "grid": False}},
            "y": values
            | {"title": None, "scale": {"zero": False}, "axis": {"format": unit, "tickCount": 4}},
            "strokeDash": series,
            "opacity": {"condition": {"test": "datum.is_family", "value": 0.55}, "value": 1},
            "tooltip": [
                {"field": "of", "type": "nominal", "title": "chart"},
                {"field": "at", "type": "temporal", "title": "until"},
                values | {"title": title, "format": ".1%" if unit == "%" else unit},
            ],
        },
    )


def _figure(**spec: Any) -> Figure:
    return {
        "$schema": _SCHEMA,
        "width": "container",
        "autosize": {"type": "fit-x", "contains": "padding"},
        **spec,
    }
