"""What happens in an invented world, computed without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from demo.values import Entry
from demo.world import World

WORLD = World(60, size=50)
WEEKS = range(WORLD.weeks)
LAST = WORLD.weeks - 1
CHARTS = [WORLD.chart(week) for week in WEEKS]
ENTRIES = [(week, entry) for week in WEEKS for entry in CHARTS[week]]


def end_date(week: int) -> date:
    """The last day of the week."""
    return WORLD.week_end(week)


def month_of(week: int) -> date:
    """The first day of the month in which the week ends."""
    return end_date(week).replace(day=1)


def movement_status(week: int, entry: Entry) -> str:
    """The status of the entry, in the words of the movements."""
    if week == 0:
        return "UNKNOWN"
    if entry.previous_position is None:
        return "NEW" if entry.weeks_on_chart == 1 else "RE-ENTRY"
    change = entry.previous_position - entry.position
    return "UP" if change > 0 else "DOWN" if change < 0 else "SAME"


def runs_by_isrc() -> dict[str, list[tuple[int, Entry]]]:
    """The run of each recording: its weeks and entries, in order."""
    runs: dict[str, list[tuple[int, Entry]]] = defaultdict(list)
    for week, entry in ENTRIES:
        runs[entry.track.isrc].append((week, entry))
    return runs


def points(entry: Entry) -> int:
    """The weight of an entry without streams."""
    return len(CHARTS[0]) + 1 - entry.position


def shares_by_month(weights: Mapping[tuple[date, Any], float]) -> dict[tuple[date, Any], float]:
    """Weights by month and key, divided by the total of the month."""
    totals: dict[date, float] = defaultdict(float)
    for (month, _), weight in weights.items():
        totals[month] += weight
    return {key: weight / totals[key[0]] for key, weight in weights.items()}


def assert_close(actual: Mapping, expected: Mapping) -> None:
    """Assert that both have the same keys, and values that are equal but for rounding."""
    assert set(actual) == set(expected)
    for key in expected:
        assert actual[key] == pytest.approx(expected[key]), key
