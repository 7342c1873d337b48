"""Finding charts, artists and songs by an id or a part of their name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from etl.errors import QueryError
from etl.sources.chart_kinds import Kind, kind_of
from etl.wording import shortened

# As many matches as a person reads before being more precise.
LISTED = 20
# Case and accents do not count.
_CONTAINS = "contains(strip_accents(lower({})), strip_accents(lower(?::varchar)))"
_EQUALS = "strip_accents(lower({})) = strip_accents(lower(?::varchar))"
_LISTED_CHARTS = """
    select chart_id, coalesce(any_value(chart_name), chart_id), any_value(market)
    from charts
    inner join chart_periods using (chart_id)
    group by chart_id
    order by any_value(market) is distinct from 'global', count(*) desc, chart_id
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
    """All charts, the global ones and those with the longest history first."""
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


def find_artist(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """The keys of the one artist with that name, or a part of it. Raises QueryError."""
    select = "select artist_name as label, artist_key as key from entry_artists"
    return _one_of(connection, select, "label", name, "artist")


def find_song(
    connection: duckdb.DuckDBPyConnection, name: str, among: Sequence[str] | None = None
) -> list[str]:
    """The run ids of the one song with that title, or a part of it. Raises QueryError.

    The song is one of the runs `among`, if they are given.
    """
    select = _labelled("chart_runs", "run_id")
    return _one_of(connection, select, "song_name", name, "song", among)


def find_recording(
    connection: duckdb.DuckDBPyConnection, name: str, among: Sequence[str] | None = None
) -> list[str]:
    """The recording keys of the one song with that title, or a part of it. Raises QueryError.

    The song is one of the recordings `among`, if they are given.
    """
    select = _labelled("known_recordings", "recording_key")
    return _one_of(connection, select, "song_name", name, "song", among)


def known_by_artist(
    connection: duckdb.DuckDBPyConnection, variable: str, keys: Sequence[str]
) -> list[str]:
    """The ids of the `songs` on which the artist is credited, or the keys of the `recordings`."""
    runs = "select distinct run_id from entry_artists where list_contains(?::varchar[], artist_key)"
    recordings = f"select distinct recording_key from movements where run_id in ({runs})"
    select = runs if variable == "songs" else recordings
    return [str(one) for (one,) in connection.execute(select, [list(keys)]).fetchall()]


def _labelled(relation: str, key: str) -> str:
    # Songs of the same title are told apart by their artists.
    return (
        f"select song_name || ' · ' || coalesce(artist_credit, 'unknown') as label, song_name,"
        f" {key} as key from {relation}"
    )


def _one_of(
    connection: duckdb.DuckDBPyConnection,
    labelled: str,
    column: str,
    text: str,
    noun: str,
    among: Sequence[str] | None = None,
) -> list[str]:
    conditions = (_EQUALS.format("label"), _EQUALS.format(column), _CONTAINS.format("label"))
    for condition in conditions:
        query = (
            f"select label, list(distinct key) from ({labelled}) where {condition}"
            " and list_contains(coalesce(?::varchar[], [key]), key) group by 1 order by 1"
        )
        found = connection.execute(query, [text, among]).fetchall()
        if len(found) == 1:
            return [str(key) for key in found[0][1]]
        if found:
            raise _several(noun, text, [str(label) for label, _ in found])
    raise QueryError(f"The mirror has no {noun} with {text!r} in the name.")


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
        raise _several("chart", text, list(map(_label, found)))
    if not found:
        chart = f"chart of the market {market!r}" if market else "chart"
        raise QueryError(
            f"The mirror has no {chart} with {text!r} in its id or name. It has"
            f" {shortened(list(map(_label, known)), LISTED)}."
        )
    return found


def _several(noun: str, text: str, labels: Sequence[str]) -> QueryError:
    more = f"\n  … and {len(labels) - LISTED:,} more" if len(labels) > LISTED else ""
    listed = "".join(f"\n  {label}" for label in labels[:LISTED])
    return QueryError(f"Several {noun}s have {text!r} in the name; choose one:{listed}{more}")


def _label(chart: Chart) -> str:
    if chart.name == chart.chart_id:
        return chart.chart_id
    return f"{chart.name} ({chart.chart_id})"


def _folded(chart: Chart) -> str:
    return chart.name.casefold()
