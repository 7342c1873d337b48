"""What the entries of a chart say about its earlier weeks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Standing:
    """A position, and the history of whatever holds it."""

    position: int
    previous_position: int | None
    peak_position: int
    weeks_on_chart: int


class Standings:
    """The history of one chart, by the keys of its songs, artists or albums."""

    def __init__(self) -> None:
        self._previous_positions: dict[str, int] = {}
        self._peak_positions: dict[str, int] = {}
        self._weeks_on_chart: dict[str, int] = {}

    def add_week(self, keys: Sequence[str]) -> list[Standing]:
        """Add a week, whose keys are in the order of their positions."""
        standings = [self._add(position, key) for position, key in enumerate(keys, 1)]
        self._previous_positions = {key: position for position, key in enumerate(keys, 1)}
        return standings

    def _add(self, position: int, key: str) -> Standing:
        peak = self._peak_positions[key] = min(position, self._peak_positions.get(key, position))
        weeks = self._weeks_on_chart[key] = self._weeks_on_chart.get(key, 0) + 1
        return Standing(position, self._previous_positions.get(key), peak, weeks)
