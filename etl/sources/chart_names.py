"""What the id of a chart says about it, and the name under which people see it.

The ids of chart files are Spotify's own: `regional-us-weekly`, `citytoptrack-mexico-city-weekly`.
Any other id says nothing but which chart it is, save that those of playlists have a form of their
own. What an id does not say is None.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from etl.settings import WEEKLY_TOP_SONGS_GLOBAL
from etl.sources.chart_kinds import kind_of
from etl.sources.markets import market_name, market_of

_CHART_ID = re.compile(r"([a-z]+)-(.+)-(weekly|daily)")
_PLAYLIST_ID = re.compile(r"[A-Za-z0-9]{22}")
# The chart that is taken by default: its saved pages rarely have its name.
_KNOWN_PLAYLISTS = {WEEKLY_TOP_SONGS_GLOBAL: "Top Songs - Global"}


@dataclass(frozen=True, slots=True)
class Family:
    """Charts of one make: what they are called, and whether they cover a market."""

    name: str
    title: str
    covers_market: bool


# By the first word of the id.
_FAMILIES = {
    "regional": Family("regional", "Top Songs", True),
    "viral": Family("viral", "Viral Songs", True),
    "artist": Family("artist", "Top Artists", True),
    "album": Family("album", "Top Albums", True),
    "citytoptrack": Family("city", "Top Songs", False),
    "citypulsetrack": Family("pulse", "Local Pulse", False),
    "genre": Family("genre", "Top Songs", False),
}


@dataclass(frozen=True, slots=True)
class ChartProperties:
    """The properties of a chart; all but its id and name are None where they are not known.

    `place` is the city or genre as the id spells it, and `source` where snapshots come from.
    """

    chart_id: str
    chart_name: str
    kind: str | None = None
    family: str | None = None
    market: str | None = None
    place: str | None = None
    cadence: str | None = None
    source: str | None = None


def chart_properties(chart_id: str, own_name: str | None = None) -> ChartProperties:
    """The properties of a chart; `own_name` is what its snapshots call it, as playlists do."""
    match = _CHART_ID.fullmatch(chart_id)
    if match and match[1] in _FAMILIES:
        return _of_chart_file(chart_id, _FAMILIES[match[1]], match[2], match[3])
    if own_name or _PLAYLIST_ID.fullmatch(chart_id):
        return ChartProperties(
            chart_id,
            own_name or _KNOWN_PLAYLISTS.get(chart_id, chart_id),
            kind_of(chart_id),
            "playlist",
            source="spotify-web-api",
        )
    return ChartProperties(chart_id, chart_id)


def chart_name(chart_id: str, own_name: str | None = None) -> str:
    """The name under which people see a chart: "Top Songs · United States · weekly"."""
    return chart_properties(chart_id, own_name).chart_name


def _of_chart_file(chart_id: str, family: Family, covered: str, cadence: str) -> ChartProperties:
    market, place = None, None
    if family.covers_market:
        market = market_of(covered)
        shown = market_name(market) if market else covered
    else:
        place = covered
        shown = place.replace("-", " ").title()
    name = f"{family.title} · {shown} · {cadence}"
    return ChartProperties(
        chart_id, name, kind_of(chart_id), family.name, market, place, cadence, "spotify-charts"
    )
