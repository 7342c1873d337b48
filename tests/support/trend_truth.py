"""Trends and homes in the markets of the invented world, computed without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction

from demo.journeys import MARKETS
from demo.learning import known_home
from demo.markets import Markets
from demo.values import Artist, Entry
from tests.support.market_truth import MARKETS_OF_WORLD

Chart = Callable[[str, int], list[Entry]]
# The shares of artists by home market; those without a known home are under None.
Homes = dict[str | None, Fraction]


def leads(chart: Chart, market: str, markets: Markets = MARKETS_OF_WORLD) -> list[int]:
    """By how many days songs came to a chart of a market before they came to its Top Songs.

    Songs that were on one of both in the first week may have come earlier; they are left out.
    """
    early = _first_weeks(lambda week: chart(market, week), markets)
    later = _first_weeks(lambda week: markets.chart(market, week), markets)
    return [
        7 * (later[isrc] - early[isrc])
        for isrc in early.keys() & later.keys()
        if early[isrc] and later[isrc]
    ]


def credited(
    market: str, weeks: range, markets: Markets = MARKETS_OF_WORLD
) -> Iterator[tuple[Artist, Fraction]]:
    """The artists of each entry in a market's Top Songs, each with its part of the entry."""
    for week in weeks:
        for entry in markets.chart(market, week):
            for artist in entry.track.artists:
                yield artist, Fraction(1, len(entry.track.artists))


def parts_by_home(market: str, weeks: range) -> Homes:
    """How many entries of a market's Top Songs artists of each home have."""
    parts: Homes = defaultdict(Fraction)
    for artist, part in credited(market, weeks):
        parts[known_home(artist)] += part
    return dict(parts)


def artists_at_home(market: str, weeks: range) -> dict[str, set[str]]:
    """The ids of the artists in a market's Top Songs whose home is known, by home."""
    found: dict[str, set[str]] = defaultdict(set)
    for artist, _ in credited(market, weeks):
        if home := known_home(artist):
            found[home].add(artist.artist_id)
    return dict(found)


def exports() -> dict[str, dict[str, float | int | None]]:
    """For each home, what the report about exporters and importers has, by column."""
    weeks = range(MARKETS_OF_WORLD.world.weeks)
    artists = {market: artists_at_home(market, weeks) for market in MARKETS}
    counted = [one for one in MARKETS if len(set().union(*artists[one].values())) >= 10]
    parts = {market: parts_by_home(market, weeks) for market in counted}
    known = {one: sum(parts[one].values()) - parts[one].get(None, 0) for one in counted}
    homes = {home for market in counted for home in artists[market]} | set(counted)
    found: dict[str, dict[str, float | int | None]] = {}
    for home in homes:
        others = [market for market in counted if market != home]
        shares = [parts[market].get(home, 0) / known[market] for market in others]
        at_home = parts[home].get(home, 0) / known[home] if home in counted else None
        found[home] = {
            "export_share": float(sum(shares) / len(others)),
            "import_share": None if at_home is None else float(1 - at_home),
            "artists": len(set().union(*(artists[one].get(home, set()) for one in others))),
            "markets": sum(share > 0 for share in shares),
            "of_markets": len(others),
            "known_share": float(
                sum(known[one] / sum(parts[one].values()) for one in others) / len(others)
            ),
        }
    return found


def _first_weeks(chart: Callable[[int], list[Entry]], markets: Markets) -> dict[str, int]:
    weeks: dict[str, int] = {}
    for week in range(markets.world.weeks):
        for entry in chart(week):
            weeks.setdefault(entry.track.isrc, week)
    return weeks
