"""What the page shows of each chart: selected answers of the reports, and sentences about them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb

from etl.database import models, rows
from etl.mirror.charts import chart_names
from etl.wording import unit

Row = dict[str, Any]

# How much of the history the bump chart and the sparklines show, in periods.
RECENT = 26
TOP = 10
SHARES = 8
LONGEST = 20
REPORTS = (
    *("this_week", "newcomers", "biggest_moves", "longest_runs", "number_ones", "trajectories"),
    *("artist_shares", "genre_shares", "churn", "concentration", "song_trends", "records"),
    *("coverage", "seasonal_returns", "half_life"),
)
# What the page shows of these reports begins on a day; the rows of others are all shown.
_DRAWN_FROM = {
    "trajectories": "period_end >= recent_from",
    "artist_shares": "month > drawn_from",
    "genre_shares": "month > drawn_from",
    "song_trends": "month > drawn_from",
    "churn": "period_end > drawn_from",
    "concentration": "period_end > drawn_from",
}
_ARROWS = {"UP": "▲", "DOWN": "▼", "SAME": "=", "NEW": "★", "RE-ENTRY": "↺", "UNKNOWN": "·"}


@dataclass(frozen=True)
class ChartFindings:
    """One chart: the rows of every report about it, by the report's name."""

    chart_id: str
    chart_name: str
    answers: dict[str, list[Row]]

    @cached_property
    def entries(self) -> list[Row]:
        """The latest period's entries, each with its recent positions."""
        return [
            row
            | {
                "movement": _movement(row),
                "recent": self._recent(row["run_id"], self.recent_periods),
            }
            for row in self.answers["this_week"]
        ]

    @cached_property
    def size(self) -> int:
        """The lowest position of the latest period."""
        return max(int(row["position"]) for row in self.entries)

    @cached_property
    def period_name(self) -> str:
        """`day`, `week` or `month`; `period` for other lengths."""
        return unit(str(self.entries[0]["period"]))

    @cached_property
    def recent_periods(self) -> list[Any]:
        """The last days of the latest expected periods, those that are missing included."""
        return [row["period_end"] for row in self.answers["coverage"]][-RECENT:]

    @cached_property
    def top(self) -> list[Row]:
        """The songs that were recently in the top ten, with their positions there."""
        by_run: dict[str, Row] = {}
        for row in self.answers["trajectories"]:
            if row["period_end"] in set(self.recent_periods) and row["position"] <= TOP:
                by_run[row["run_id"]] = row
        return [
            {
                "run_id": run_id,
                "song_name": row["song_name"],
                "artist_credit": row["artist_credit"],
                "positions": self._recent(run_id, self.recent_periods),
            }
            for run_id, row in by_run.items()
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
    def missing(self) -> list[Any]:
        """The last days of the periods that history lacks."""
        return [row["period_end"] for row in self.answers["coverage"] if row["state"] == "missing"]

    @cached_property
    def genre_coverage(self) -> float:
        """The share of the latest month's chart of which a genre is known."""
        genres = self.answers["genre_shares"]
        latest = [row for row in genres if row["month"] == genres[-1]["month"]] if genres else []
        return 1 - sum(float(row["share"]) for row in latest if row["genre"] == "unknown")

    def shares(self, report: str, name: str) -> list[Row]:
        """The largest shares over time, and what is unknown."""
        totals: dict[str, float] = defaultdict(float)
        for row in self.answers[report]:
            totals[row[name]] += row["share"]
        totals.pop("unknown", None)
        largest = sorted(totals, key=lambda one: -totals[one])[:SHARES]
        return [
            {"month": row["month"], "name": row[name], "share": row["share"]}
            for row in self.answers[report]
            if row[name] in (*largest, "unknown")
        ]

    @cached_property
    def _positions(self) -> dict[str, dict[Any, int]]:
        found: dict[str, dict[Any, int]] = defaultdict(dict)
        for row in self.answers["trajectories"]:
            found[row["run_id"]][row["period_end"]] = row["position"]
        return found

    def _recent(self, run_id: str, periods: list[Any]) -> list[int | None]:
        known = self._positions.get(run_id, {})
        return [known.get(period) for period in periods]


def find(connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]) -> list[ChartFindings]:
    """The findings of each of these charts that has an entry, by chart id."""
    by_chart: dict[str, dict[str, list[Row]]] = defaultdict(lambda: {one: [] for one in REPORTS})
    times = f"select * from ({models('page')['drawn_times']}) where list_contains(?, chart_id)"
    connection.execute(f"create temp table drawn_times as {times}", [list(chart_ids)])
    for report in REPORTS:
        for row in rows(connection, _drawn_rows(report)):
            by_chart[str(row["chart_id"])][report].append(row)
    names = chart_names(connection)
    return [
        ChartFindings(chart_id, names[chart_id], answers)
        for chart_id, answers in sorted(by_chart.items())
        if answers["this_week"]
    ]


def _drawn_rows(report: str) -> str:
    """The select of the rows of a report that the page shows."""
    select = models("reports")[report]
    # A join does not keep the order of rows.
    return (
        "select answer.* exclude (row_place)"
        f" from (select *, row_number() over () as row_place from ({select})) as answer"
        f" inner join drawn_times using (chart_id) where {_DRAWN_FROM.get(report, 'true')}"
        " order by answer.row_place"
    )


def _movement(row: Row) -> Row:
    change = abs(row["position_change"] or 0)
    words = {
        "UP": f"up {change}",
        "DOWN": f"down {change}",
        "SAME": "no change",
        "NEW": "new",
        "RE-ENTRY": "back again",
        "UNKNOWN": "unknown, as the period before is missing",
    }
    shown = {"UP": str(change), "DOWN": str(change), "NEW": "new", "RE-ENTRY": "back"}
    status = row["status"]
    return {
        "arrow": _ARROWS[status],
        "text": shown.get(status, ""),
        "words": words[status],
        "kind": status.lower(),
    }
