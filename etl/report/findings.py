"""What the page shows of each chart: selected answers, put in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any

import duckdb

from etl.report.answers import Answers, Row, find_answers
from etl.wording import unit

# How much of the history the top ten and the small lines show, in periods; sql/page has it, too.
RECENT = 26
TOP = 10
# How many artists and genres a figure shows, and how many can be compared.
GENRES = 8
COMPARED = 24
HOLDERS = 3
_NEW = ("NEW", "RE-ENTRY")
_NO_NEWS = ("highest debut", 1)


@dataclass(frozen=True)
class ChartFindings:
    """One chart: what it is, and the rows of every report about it, by the report's name."""

    chart_id: str
    chart_name: str
    family: str | None
    market: str | None
    cadence: str | None
    answers: Answers

    @cached_property
    def entries(self) -> list[Row]:
        """The latest period's entries, each with its recent positions."""
        return [
            row | {"recent": self._recent.get(row["run_id"], [])}
            for row in self.answers["latest_entries"]
        ]

    @cached_property
    def group(self) -> str:
        """What charts of its kind are called, to list them together."""
        name, *rest = self.chart_name.split(" · ")
        return name if self.family and rest else "Playlists"

    @cached_property
    def kind(self) -> str:
        """What the entries are: song, artist or album."""
        return str(self.entries[0]["kind"])

    @cached_property
    def period_end(self) -> Any:
        """The last day of the latest period."""
        return self.entries[0]["period_end"]

    @cached_property
    def size(self) -> int:
        """The lowest position of the latest period."""
        return max(int(row["position"]) for row in self.entries)

    @cached_property
    def period_name(self) -> str:
        """`day`, `week` or `month`; `period` for other lengths."""
        return unit(str(self.entries[0]["period"]))

    @cached_property
    def newcomers(self) -> int | None:
        """How many entries are new, or back again; None if the period before is missing."""
        statuses = [row["status"] for row in self.entries]
        return None if set(statuses) == {"UNKNOWN"} else sum(one in _NEW for one in statuses)

    @cached_property
    def moves(self) -> list[Row]:
        """The biggest climb and the biggest fall of the latest period, where there are any."""
        moved = sorted(self.entries, key=lambda row: row["position_change"] or 0)
        climbs = [row for row in moved[-1:] if row["status"] == "UP"]
        return climbs + [row for row in moved[:1] if row["status"] == "DOWN"]

    @cached_property
    def recent_periods(self) -> list[Any]:
        """The last days of the latest expected periods, those that are missing included."""
        return [row["period_end"] for row in self.answers["coverage"]][-RECENT:]

    @cached_property
    def known_recently(self) -> int:
        """How many of the recent periods history has."""
        latest = self.answers["coverage"][-RECENT:]
        return sum(row["state"] != "missing" for row in latest)

    @cached_property
    def top(self) -> list[Row]:
        """The entries that were recently in the top ten, with their positions."""
        return [
            row | {"recent": self._recent[row["run_id"]]}
            for row in self.answers["recent_positions"]
            if min(row["positions"]) <= TOP
        ]

    @cached_property
    def reigns(self) -> list[Row]:
        """Who was number one, from when to when, the latest first."""
        reigns: list[Row] = []
        for row in self.answers["number_ones"]:
            if row["in_a_row"] > 1 and reigns and reigns[-1]["run_id"] == row["run_id"]:
                reigns[-1] |= {"until": row["period_end"], "periods": row["in_a_row"]}
            else:
                reigns.append(row | {"until": row["period_end"], "periods": 1})
        return reigns[::-1]

    @cached_property
    def records(self) -> list[Row]:
        """The records that the latest period broke or came near, each with those who hold it.

        What more than three hold says nothing of them, nor does one more debut at number one.
        """
        records: dict[tuple[str, str], Row] = {}
        for row in self.answers["record_watch"]:
            if row["holders"] > HOLDERS or (row["record"], row["record_before"]) == _NO_NEWS:
                continue
            record = records.setdefault((row["record"], row["state"]), row | {"whose": []})
            holder = " by ".join(filter(None, (row["song_name"], row["artist_credit"])))
            record["whose"].append(holder)
        return list(records.values())

    @cached_property
    def known(self) -> int:
        """The number of periods that history has."""
        return len(self.answers["coverage"]) - len(self.missing)

    @cached_property
    def first_day(self) -> Any:
        """The last day of the first period."""
        return self.answers["coverage"][0]["period_end"]

    @cached_property
    def missing(self) -> list[Any]:
        """The last days of the periods that history lacks."""
        return [row["period_end"] for row in self.answers["coverage"] if row["state"] == "missing"]

    @cached_property
    def years(self) -> list[Row]:
        """Each year with the states of its periods, a letter each: c, i or m for missing."""
        by_year = groupby(self.answers["coverage"], key=lambda row: row["period_end"].year)
        return [_year(year, [row["state"] for row in found]) for year, found in by_year]

    @cached_property
    def known_artists(self) -> float | None:
        """The share of the latest entries whose artists are known; None in charts of others."""
        found = self.answers["artist_coverage"]
        return found[0]["known_entries"] / found[0]["entries"] if found else None

    @cached_property
    def known_genres(self) -> float | None:
        """The share of the latest month's chart of which a genre is known; None without shares."""
        genres = self.answers["genre_shares"]
        latest = [row for row in genres if row["month"] == genres[-1]["month"]] if genres else []
        unknown = sum(float(row["share"]) for row in latest if row["genre"] == "unknown")
        return 1 - unknown if latest else None

    def shares(self, report: str, name: str, most: int) -> dict[str, dict[Any, float]]:
        """The shares by month of the largest in the report, and of what is unknown."""
        found: dict[str, dict[Any, float]] = defaultdict(lambda: defaultdict(float))
        for row in self.answers[report]:
            found[row[name]][row["month"]] += row["share"]
        unknown = found.pop("unknown", None)
        largest = sorted(found, key=lambda one: (-sum(found[one].values()), one))[:most]
        chosen = {one: found[one] for one in largest}
        return chosen | ({"unknown": unknown} if unknown else {})

    @cached_property
    def _recent(self) -> dict[str, list[int | None]]:
        return {row["run_id"]: self._positions(row) for row in self.answers["recent_positions"]}

    def _positions(self, row: Row) -> list[int | None]:
        positions: list[int | None] = [None] * len(self.recent_periods)
        for age, position in zip(row["ages"], row["positions"], strict=True):
            positions[-1 - age] = position
        return positions


def find(connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]) -> list[ChartFindings]:
    """The findings of each of these charts that has an entry, in this order."""
    by_chart = find_answers(connection, chart_ids)
    return [
        ChartFindings(*properties, by_chart[properties[0]])
        for properties in _properties(connection, chart_ids)
        if by_chart[properties[0]]["latest_entries"]
    ]


def _properties(
    connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]
) -> list[tuple[str, str, str | None, str | None, str | None]]:
    found = connection.execute(
        "select chart_id, chart_name, family, market, cadence from charts"
        " where list_contains($1, chart_id) order by list_position($1, chart_id)",
        [list(chart_ids)],
    )
    return found.fetchall()


def _year(year: int, states: list[str]) -> Row:
    missing = states.count("missing")
    letters = "".join(state[0] for state in states)
    return {"year": year, "states": letters, "known": len(states) - missing, "of": len(states)}
