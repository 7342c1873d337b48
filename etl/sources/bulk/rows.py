"""The rows of bulk tables: the chart and the day to which each belongs, or why it has none."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from etl.sources.bulk.dates import DateOrder, day_of, order_shown, readings
from etl.sources.bulk.layout import Cadence, Layout, stated_cadence
from etl.sources.chart_columns import column_key, column_name, is_column
from etl.sources.chart_context import is_other_chart, is_other_market
from etl.sources.chart_files import ROW_CHARACTERS, repeated_columns, unite
from etl.sources.chart_months import NOTHING, Cells
from etl.sources.markets import GLOBAL, market_of

_CHART_ID = re.compile(r"[a-z]+(?:-[a-z0-9]+)+-(?:weekly|daily)")
_COUNT = re.compile(r"[0-9]{1,9}(?:\.00?)?")
_STREAMS = re.compile(r"[0-9]{1,18}(?:\.00?)?")
# Spotify was founded in 2006.
_YEARS = range(2006, 3000)
_PREVIOUS = re.compile(r"(?:-1|[0-9]{1,9})(?:\.00?)?")
_ADDRESS = (
    r"(?:spotify:{0}:|https?://open\.spotify\.com/(?:intl-[a-z-]+/)?{0}/)[A-Za-z0-9]+/?(?:[?#].*)?"
    r"|[A-Za-z0-9]{{22}}|"
)
_THURSDAY, _FRIDAY = 4, 5
_WORDS = {"artist": "artist", "album": "album"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A row of a chart: `chart` is its id without the cadence, unless that is stated."""

    chart: str
    cadence: Cadence | None
    day: date
    rank: int


class _Chart(NamedTuple):
    """A chart, by its id without the cadence, and the cadence if that is stated."""

    stem: str
    cadence: Cadence | None


@dataclass(slots=True)
class Survey:
    """What one reading of a table shows: how dates are written, and which dates a chart has."""

    orders: set[DateOrder] = field(default_factory=set)
    has_markets: bool = False
    dates: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    dates_from_zero: dict[tuple[str, ...], set[str]] = field(default_factory=dict)

    @property
    def order(self) -> DateOrder | None:
        """The order in which dates with slashes are written, if it is one."""
        return next(iter(self.orders)) if len(self.orders) == 1 else None

    @property
    def counts_from_zero(self) -> bool:
        """Whether each chart has a rank of 0 on each date."""
        return bool(self.dates) and self.dates == self.dates_from_zero


class Table:
    """The rows of a table with that layout: first surveyed, then placed."""

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.survey = Survey()
        self._charts: dict[tuple[str, ...], _Chart | str] = {}
        header = layout.header
        self.width = len(header.names)
        self._regions = header.context.get("region", [])
        self._context = self._regions + header.context.get("chart", [])
        self._rank = header.places["rank"][0]
        self._other_dates = [
            place
            for place, name in enumerate(header.names)
            if "date" in column_key(name) and place != layout.date
        ]
        self.read = Cells(header).of
        self._repeated = repeated_columns(header)
        self._is_below_other_header = False
        self._address = re.compile(_ADDRESS.format(_WORDS.get(layout.family, "track")))

    def look_at(self, cells: list[str]) -> None:
        """Survey a row."""
        if len(cells) < self.width:
            return
        survey, written = self.survey, cells[self.layout.date]
        context = tuple(cells[place] for place in self._context)
        seen = survey.dates.setdefault(context, set())
        if cells[self._rank] in ("0", "0.0"):
            survey.dates_from_zero.setdefault(context, set()).add(written)
        if written not in seen:
            seen.add(sys.intern(written))  # many charts have the same dates
            survey.orders.update(filter(None, [order_shown(written)]))
        if len(readings(written)) and "/" in written:
            # Other columns may show what the dates alone do not.
            found = (order_shown(cells[place]) for place in self._other_dates)
            survey.orders.update(filter(None, found))
        if not survey.has_markets:
            survey.has_markets = any(cells[place].strip() for place in self._regions)

    def placed(self, cells: list[str]) -> Placed | str:
        """Where a row belongs, or why it is set aside."""
        if len(cells) < self.width or any(cells[self.width :]) or "\n" in cells[-1]:
            if len(cells[0]) > ROW_CHARACTERS:
                return f"the row has more than {ROW_CHARACTERS:,} characters"
            return "the row does not have one cell for each column"
        if self._repeated and unite(cells, self._repeated, NOTHING):
            return "columns that mean the same say different things"
        picked = self.read([*cells[: self.width], ""])
        rank, address, _, _, _, peak, previous, periods, streams, _ = map(str.strip, picked)
        if self.survey.counts_from_zero:
            return "ranks count from 0 instead of 1"
        if not _COUNT.fullmatch(rank) or not (position := int(float(rank))):
            return self._without_rank(rank, cells)
        if self._is_below_other_header:
            return "it stands below a header with other columns"
        written = cells[self.layout.date]
        day = day_of(written, self.survey.order)
        if day is None:
            return "the date can be read in two ways" if readings(written) else "no date"
        if day.year not in _YEARS:
            return "no date from 2006 on"
        chart = self._chart(tuple(cells[place] for place in self._context))
        if isinstance(chart, str):
            return chart
        if not self._address.fullmatch(address):
            return "the address is not that of an entry of the chart"
        if not (
            all(map(_COUNT.fullmatch, filter(None, (peak, periods))))
            and _STREAMS.fullmatch(streams or "0")
            and _PREVIOUS.fullmatch(previous or "0")
        ):
            return "a count is not a whole number"
        return Placed(chart.stem, chart.cadence, day, position)

    def _without_rank(self, rank: str, cells: list[str]) -> str:
        """Why a row without a rank is set aside. If it is a header, it goes for the rows below."""
        if not is_column(rank):
            return "no rank"
        names = tuple(map(column_name, cells[: self.width]))
        self._is_below_other_header = names != self.layout.header.names
        return "it has the header again"

    def cadences(self) -> dict[str, Cadence]:
        """The cadence of each chart, from the spacing of its dates; not of those that state it.

        Dates that are whole weeks apart are weekly. A single one is if it is a Thursday, on which
        chart weeks end.
        """
        days: dict[str, set[date]] = {}
        for context, written in self.survey.dates.items():
            chart = self._chart(context)
            if not isinstance(chart, str):
                found = (day_of(text, self.survey.order) for text in written)
                days.setdefault(chart.stem, set()).update(filter(None, found))
        all_days = set().union(*days.values()) if days else set()
        whole = _spacing(all_days)
        judged = {chart: _spacing(found) or whole for chart, found in days.items()}
        return {chart: cadence for chart, cadence in judged.items() if cadence}

    def _chart(self, context: tuple[str, ...]) -> _Chart | str:
        if context not in self._charts:
            self._charts[context] = self._judged_chart(context)
        return self._charts[context]

    def _judged_chart(self, context: tuple[str, ...]) -> _Chart | str:
        """The chart that the cells state, or why they state none."""
        regions, charts = context[: len(self._regions)], context[len(self._regions) :]
        if given := self.layout.chart_id:
            is_other = any(is_other_market(text, given) for text in regions) or any(
                is_other_chart(text, given) for text in charts
            )
            return "it is of another market or chart" if is_other else _named_chart(given)
        for text in map(str.strip, charts):
            if _CHART_ID.fullmatch(text):
                if any(is_other_market(region, text) for region in regions):
                    return "market and chart contradict each other"
                return _named_chart(text)
        family, markets = self._family_of(" ".join(charts)), self._markets(regions)
        if len(markets) > 1:
            return "it names two markets"
        if family is None or not markets:
            return "no known market or chart"
        stated = stated_cadence(" ".join(charts)) or self.layout.cadence
        return _Chart(f"{family}-{markets.pop()}", stated)

    def _family_of(self, text: str) -> str | None:
        words = text.strip().lower()
        if not words or self.layout.family in _WORDS:
            return self.layout.family
        if "viral" in words:
            return "viral"
        return "regional" if re.search("top|regional|songs|tracks", words) else None

    def _markets(self, regions: tuple[str, ...]) -> set[str]:
        """The markets that the cells name; none is the world, if other rows name one."""
        filled = [text for text in regions if text.strip()]
        if not filled:
            return {GLOBAL} if self.survey.has_markets else set()
        return {market for text in filled if (market := market_of(text))}


def _named_chart(chart_id: str) -> _Chart:
    stem, _, cadence = chart_id.rpartition("-")
    return _Chart(stem, "daily" if cadence == "daily" else "weekly")


def _spacing(days: set[date]) -> Cadence | None:
    ordered = sorted(days)
    steps = {(after - before).days for before, after in pairwise(ordered)}
    if steps:
        is_weekly = all(step % 7 == 0 for step in steps)
        return "weekly" if is_weekly else "daily" if min(steps) < 7 else None
    # Until 2021, weeks were named after the Friday that follows.
    weekday = ordered[0].isoweekday() if ordered else _FRIDAY
    return {_THURSDAY: "weekly", _FRIDAY: None}.get(weekday, "daily")
