"""Finding charts by an id, a part of their name, or their market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from etl.errors import QueryError
from etl.sources.chart_kinds import Kind, kind_of
from etl.wording import shortened

# As many matches as a person reads before being more precise.
LISTED = 20
_LISTED_CHARTS = """
    select chart_id, coalesce(any_value(chart_name), chart_id), any_value(market)
    from charts
    inner join chart_periods using (chart_id)
    group by chart_id
    order by
        any_value(kind) is distinct from 'song',
        any_value(market) is distinct from 'global',
        count(*) desc,
        coalesce(any_value(family) in ('viral', 'city', 'pulse', 'genre'), false),
        chart_id
"""
# In a mirror without the table `charts`, ids are all that is known.
_CHART_IDS = r"""
    select
        chart_id,
        chart_id,
        nullif(regexp_extract(chart_id, '^(?:regional|viral)-([a-z]{2}|global)-', 1), '') as market
    from chart_periods
    group by chart_id
    order by market is distinct from 'global', count(*) desc, chart_id
"""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the mirror."""

    chart_id: str
    name: str
    market: str | None

    @property
    def kind(self) -> Kind:
        """What its entries are: song, artist or album."""
        return kind_of(self.chart_id)


def known_charts(connection: duckdb.DuckDBPyConnection) -> list[Chart]:
    """All charts: those of songs, the global ones and those with the longest history first."""
    try:
        found = connection.execute(_LISTED_CHARTS).fetchall()
    except duckdb.CatalogException:
        found = connection.execute(_CHART_IDS).fetchall()
    return [Chart(*row) for row in found]


def find_charts(
    charts: Sequence[Chart], chart: str | None = None, market: str | None = None
) -> list[Chart]:
    """The charts with that id or name, or a part of it, in that market: a code, or `global`.

    Raises QueryError if there is none, or several have the text in their name.
    """
    found = [one for one in charts if market is None or one.market == market]
    if not found and market is not None:
        raise QueryError(_no_market(market, charts))
    if chart is None:
        return found
    exact = [one for one in found if chart.casefold() in (one.chart_id.casefold(), _folded(one))]
    partly = [one for one in found if chart.casefold() in f"{one.chart_id}\n{one.name}".casefold()]
    return _only(chart, exact or partly, found, market)


def several(noun: str, text: str, labels: Sequence[str]) -> QueryError:
    """The error that lists what a text fits, to choose from."""
    more = f"\n  … and {len(labels) - LISTED:,} more" if len(labels) > LISTED else ""
    listed = "".join(f"\n  {label}" for label in labels[:LISTED])
    return QueryError(f"Several {noun}s have {text!r} in the name; choose one:{listed}{more}")


def _no_market(market: str, charts: Sequence[Chart]) -> str:
    known = sorted({one.market for one in charts if one.market})
    others = [_label(one) for one in charts if not one.market]
    sentence = f"The mirror has no chart of the market {market!r}."
    if known:
        sentence += f" It has charts of {shortened(known, LISTED)}."
    if others:
        sentence += f" Without a market, and found by --chart: {shortened(others)}."
    return sentence


def _only(text: str, found: list[Chart], known: Sequence[Chart], market: str | None) -> list[Chart]:
    if len(found) > 1:
        raise several("chart", text, list(map(_label, found)))
    if not found:
        chart = f"chart of the market {market!r}" if market else "chart"
        raise QueryError(
            f"The mirror has no {chart} with {text!r} in its id or name. It has"
            f" {shortened(list(map(_label, known)), LISTED)}."
        )
    return found


def _label(chart: Chart) -> str:
    if chart.name == chart.chart_id:
        return chart.chart_id
    return f"{chart.name} ({chart.chart_id})"


def _folded(chart: Chart) -> str:
    return chart.name.casefold()
