"""What happened in the invented world, counted without SQL."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from demo.world import World

WORLD = World(60, size=50)
WEEKS = range(WORLD.weeks)
LAST = WORLD.weeks - 1
CHARTS = [WORLD.chart(week) for week in WEEKS]
ENTRIES = [(week, entry) for week in WEEKS for entry in CHARTS[week]]


def end(week):
    return WORLD.week_end(week)


def month(week):
    return end(week).replace(day=1)


def status(week, entry):
    if week == 0:
        return "UNKNOWN"
    if entry.previous_position is None:
        return "NEW" if entry.weeks_on_chart == 1 else "RE-ENTRY"
    change = entry.previous_position - entry.position
    return "UP" if change > 0 else "DOWN" if change < 0 else "SAME"


def runs():
    found: dict = defaultdict(list)
    for week, entry in ENTRIES:
        found[entry.track.isrc].append((week, entry))
    return found


def points(entry):
    return len(CHARTS[0]) + 1 - entry.position


def close(found, expected):
    assert set(found) == set(expected)
    for key in expected:
        assert found[key] == pytest.approx(expected[key]), key


def shares(parts):
    totals: Counter = Counter()
    for (when, _), weight in parts.items():
        totals[when] += weight
    return {key: weight / totals[key[0]] for key, weight in parts.items()}
