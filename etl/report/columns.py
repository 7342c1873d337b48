"""What the page's script draws of each chart, as short columns; names and days are there once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from statistics import median
from typing import Any

from etl.report.answers import Row
from etl.report.findings import COMPARED, GENRES, ChartFindings

# The first day, how many days after it the others are, and the value of each.
Line = tuple[date, list[int], list[int]]

ENOUGH_FOR_MEDIANS = 3
# Shares are whole numbers of these.
_PARTS = 1000
# The figures with one line, by the report that they come from, with the unit of their values.
LINES = {
    "churn": ("churn", _PARTS),
    "concentration": ("top_ten_share", _PARTS),
    "mean_seconds": ("mean_seconds", 1),
    "explicit_share": ("explicit_share", _PARTS),
    "collaboration_share": ("collaboration_share", _PARTS),
    "single_share": ("single_share", _PARTS),
    "catalogue_share": ("catalogue_share", _PARTS),
}
_REPORTS = {"churn": "churn", "concentration": "concentration"}
_LEVELS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


class Numbers:
    """Numbers for keys, from 0 on in the order in which they come, and what each stands for."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self._numbers: dict[str, int] = {}

    def of(self, key: str, name: str) -> int:
        """The number of the key."""
        if key not in self._numbers:
            self._numbers[key] = len(self.names)
            self.names.append(name)
        return self._numbers[key]


def overlaps(found: Sequence[Row]) -> dict[str, Any]:
    """What two charts have in common, by their ids: shares and numbers of songs in each month."""
    months = sorted({row["month"] for row in found})
    pairs: dict[str, dict[date, Row]] = defaultdict(dict)
    for row in found:
        pairs[f"{row['chart_id']} {row['other_chart_id']}"][row["month"]] = row
    return {
        "months": months,
        "pairs": {
            pair: list(zip(*(_overlap(by_month.get(month)) for month in months), strict=True))
            for pair, by_month in pairs.items()
            if len(by_month) > 1  # one is no line
        },
    }


def _overlap(row: Row | None) -> tuple[int | None, int | None]:
    return (round(row["overlap_share"] * _PARTS), row["shared_songs"]) if row else (None, None)


def columns(chart: ChartFindings, artists: Numbers) -> dict[str, Any]:
    """What the figures of a chart draw; a figure that is not there has nothing to show."""
    drawn: dict[str, Any] = {
        "unit": chart.period_name,
        "kind": chart.kind,
        "family": None,
        "until": chart.period_end,
    }
    if chart.known_recently > 1 and chart.top:
        drawn |= {"ends": chart.recent_periods, "top": [_song(row) for row in chart.top]}
    shares = chart.shares("artist_shares", "artist_key", COMPARED)
    names = {row["artist_key"]: row["artist_name"] for row in chart.answers["artist_shares"]}
    months = _months(chart.answers["artist_shares"])
    if shares:
        drawn["months"] = months
        drawn["artists"] = [
            [artists.of(key, names[key]), parts] for key, parts in _shares(shares, months)
        ]
    genres = chart.shares("genre_shares", "genre", GENRES)
    if genres.keys() - {"unknown"}:
        drawn["genres"] = list(_shares(genres, months))
    drawn["lines"] = dict(_lines(chart))
    return drawn


def last_day(line: Line) -> date:
    """The last day of the line."""
    return line[0] + timedelta(days=line[1][-1])


def family_lines(drawn: Sequence[dict[str, Any]]) -> dict[str, Line]:
    """The median of charts of one family, for each figure with one line; none of fewer than three.

    A figure of each of the charts shows it beside the chart's own line.
    """
    medians = {}
    for figure in LINES if len(drawn) >= ENOUGH_FOR_MEDIANS else ():
        by_day: dict[Any, list[int]] = defaultdict(list)
        for chart in drawn:
            for day, value in _points(chart["lines"].get(figure)):
                by_day[day].append(value)
        days = sorted(day for day in by_day if len(by_day[day]) >= ENOUGH_FOR_MEDIANS)
        if len(days) > 1:
            medians[figure] = _line(days, [round(median(by_day[day])) for day in days])
    return medians


def small_line(recent: Sequence[int | None], lowest: int) -> str:
    """The positions as letters and digits from high to low; a dot is an absence."""
    steps = len(_LEVELS) - 1
    return "".join(
        "."
        if position is None
        else _LEVELS[round(steps * (min(position, lowest) - 1) / max(lowest - 1, 1))]
        for position in recent
    )


def _song(row: Row) -> list[Any]:
    recent = [position or 0 for position in row["recent"]]
    return [row["song_name"] or "Untitled", row["artist_credit"] or "", recent]


def _months(found: Sequence[Row]) -> list[Any]:
    return sorted({row["month"] for row in found})


def _shares(
    shares: dict[str, dict[Any, float]], months: Sequence[Any]
) -> Iterator[tuple[str, list[int | None]]]:
    for name, by_month in shares.items():
        yield (
            name,
            [round(_PARTS * by_month[month]) if month in by_month else None for month in months],
        )


def _lines(chart: ChartFindings) -> Iterator[tuple[str, Line]]:
    for figure, (field, parts) in LINES.items():
        found = chart.answers[_REPORTS.get(figure, "song_trends")]
        known = [row for row in found if row[field] is not None]
        values = [round(parts * row[field]) for row in known]
        # What never changes, as the share of the top ten by points, is no figure.
        if len(set(values)) > 1:
            yield figure, _line([row.get("period_end") or row["month"] for row in known], values)


def _line(days: Sequence[date], values: list[int]) -> Line:
    return days[0], [(day - days[0]).days for day in days], values


def _points(line: Line | None) -> Iterator[tuple[date, int]]:
    first, later, values = line or (date.min, [], [])
    for days, value in zip(later, values, strict=True):
        yield first + timedelta(days=days), value
