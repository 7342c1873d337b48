"""The start page: what all charts say together about their latest periods."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from itertools import chain
from statistics import mean, median_high
from typing import Any

from etl.report.answers import Row
from etl.report.findings import TOP, ChartFindings
from etl.report.tiles import place, places
from etl.sources.markets import GLOBAL, market_name

# Charts that end earlier than this before most others are history, and no news.
NEWS = timedelta(days=31)
# How many songs have a colour of their own on the map, and how many rows a list has.
COLOURS = 7
LISTED = 8
# Fewer countries are no map.
MAPPED = 3
_STATES = ("broken", "extended", "equalled")


@dataclass(frozen=True)
class Overview:
    """All charts of the page, and what their latest periods have in common."""

    charts: Sequence[ChartFindings]

    @cached_property
    def usual_day(self) -> Any:
        """The last day of the latest period of most charts: the median."""
        return median_high(chart.period_end for chart in self.charts)

    @cached_property
    def leader(self) -> ChartFindings:
        """The chart whose number one comes first: the world's if there is one, and the latest."""
        latest_first = sorted(self._recent, key=_lateness, reverse=True)
        return min(
            latest_first,
            key=lambda one: (one.kind != "song", one.market != GLOBAL, one.family != "regional"),
        )

    @cached_property
    def markets(self) -> list[ChartFindings]:
        """The latest song chart of each country, weekly rather than daily, by its name."""
        latest: dict[str, ChartFindings] = {}
        for chart in sorted(self.charts, key=_lateness):
            if chart.market and chart.market != GLOBAL and chart.family == "regional":
                latest[chart.market] = chart
        return sorted(latest.values(), key=lambda one: market_name(one.market or ""))

    @cached_property
    def others(self) -> list[ChartFindings]:
        """The charts that are not on the map: of the world, of other kinds, or of few countries."""
        mapped = {tile["chart"].chart_id for tile in self.tiles}
        return [chart for chart in self.charts if chart.chart_id not in mapped]

    @cached_property
    def leaders(self) -> list[Row]:
        """The number ones of the countries: which song is how many, the most first."""
        by_song: dict[str, list[ChartFindings]] = defaultdict(list)
        for chart in self.markets:
            by_song[chart.entries[0]["recording_key"]].append(chart)
        songs = sorted(by_song.values(), key=lambda found: (-len(found), found[0].chart_name))
        shown = [found for found in songs if len(found) > 1][:COLOURS]
        return [
            {
                "letter": "ABCDEFG"[number],
                "song_name": found[0].entries[0]["song_name"],
                "artist_credit": found[0].entries[0]["artist_credit"],
                "recording_key": found[0].entries[0]["recording_key"],
                "markets": [market_name(chart.market or "") for chart in found],
            }
            for number, found in enumerate(shown)
        ]

    @cached_property
    def tiles(self) -> list[Row]:
        """The tiles of the countries that have a chart, by the country's name; none of a few."""
        if len(self.markets) < MAPPED:
            return []
        numbers = {song["recording_key"]: number for number, song in enumerate(self.leaders)}
        off_the_map = [one.market for one in self.markets if one.market not in places()]
        return [
            {
                "market": chart.market,
                "name": market_name(chart.market or ""),
                "chart": chart,
                "number": numbers.get(chart.entries[0]["recording_key"]),
                "is_old": not self.is_news(chart),
                "place": place(
                    chart.market or "",
                    off_the_map.index(chart.market) if chart.market in off_the_map else 0,
                ),
            }
            for chart in self.markets
        ]

    @cached_property
    def sea(self) -> list[tuple[int, int]]:
        """The tiles of the countries without a chart."""
        taken = {chart.market for chart in self.markets}
        return [where for country, where in places().items() if country not in taken]

    @cached_property
    def climbs(self) -> list[Row]:
        """The biggest climbs of the latest periods, a song once, where it climbed most."""
        climbs = [row for row in self._news if row["status"] == "UP"]
        return _first_of_each(
            sorted(climbs, key=lambda row: (-row["position_change"], row["position"]))
        )

    @cached_property
    def debuts(self) -> list[Row]:
        """The new songs in the top ten, a song once, where it is highest."""
        new = [row for row in self._news if row["status"] == "NEW" and row["position"] <= TOP]
        return _first_of_each(sorted(new, key=lambda row: row["position"]))

    @cached_property
    def everywhere(self) -> list[Row]:
        """The songs that are in the most countries, of those whose charts end at the same time."""
        by_song: dict[str, list[Row]] = defaultdict(list)
        for chart in self.markets:
            if abs(chart.period_end - self.usual_day) < NEWS:
                for row in chart.entries:
                    by_song[row["recording_key"]].append(row)
        songs = [found for found in by_song.values() if len(found) > 2]
        songs.sort(key=lambda found: (-len(found), min(row["position"] for row in found)))
        return [
            found[0]
            | {
                "markets": len(found),
                "at_one": sum(row["position"] == 1 for row in found),
                "in_top": sum(row["position"] <= TOP for row in found),
            }
            for found in songs[:LISTED]
        ]

    @cached_property
    def records(self) -> list[Row]:
        """The records that were broken, extended or equalled in the latest periods."""
        found = [
            row | {"chart": chart}
            for chart in self._recent
            for row in chart.records
            if row["state"] in _STATES
        ]
        return sorted(found, key=lambda row: _STATES.index(row["state"]))

    @cached_property
    def with_gaps(self) -> list[ChartFindings]:
        """The charts whose history lacks periods."""
        return [chart for chart in self.charts if chart.missing]

    @cached_property
    def known_artists(self) -> float | None:
        """The share of the entries of the latest song charts whose artists are known."""
        return _mean(chart.known_artists for chart in self.charts)

    @cached_property
    def known_genres(self) -> float | None:
        """The share of the song charts' latest months of which a genre is known."""
        return _mean(chart.known_genres for chart in self.charts)

    def is_news(self, chart: ChartFindings) -> bool:
        """Whether the chart's latest period is as recent as that of most charts."""
        return bool(chart.period_end > self.usual_day - NEWS)

    @cached_property
    def _recent(self) -> list[ChartFindings]:
        return [chart for chart in self.charts if self.is_news(chart)]

    @cached_property
    def _news(self) -> list[Row]:
        songs = (chart for chart in self._recent if chart.kind == "song")
        return list(chain.from_iterable(_entries(chart) for chart in songs))


def _entries(chart: ChartFindings) -> Iterator[Row]:
    for row in chart.entries:
        yield row | {"chart": chart}


def _mean(shares: Iterable[float | None]) -> float | None:
    known = [share for share in shares if share is not None]
    return mean(known) if known else None


def _first_of_each(found: Iterable[Row]) -> list[Row]:
    first: dict[str, Row] = {}
    for row in found:
        first.setdefault(row["recording_key"], row)
    return list(first.values())[:LISTED]


def _lateness(chart: ChartFindings) -> tuple[Any, bool]:
    return chart.period_end, chart.cadence == "weekly"
