"""What happens in the markets of an invented world, computed without SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from demo.journeys import MARKETS
from demo.markets import Markets
from demo.values import Entry
from demo.world import World

MARKETS_OF_WORLD = Markets(World(14), size=40)


@dataclass(frozen=True, slots=True)
class Spread:
    """A song's first market, the weeks until it enters each other one, and all its entries.

    There are several first markets where it enters several in the same week. `entries` are weeks
    and positions by market.
    """

    first_week: int
    first_markets: frozenset[str]
    delays: dict[str, int]
    entries: dict[str, list[tuple[int, int]]]


def spreads(markets: Markets = MARKETS_OF_WORLD) -> dict[str, Spread]:
    """The spread of each song by ISRC."""
    entries: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for market, week, entry in market_entries(markets):
        entries[entry.track.isrc][market].append((week, entry.position))
    return {isrc: spread_of(dict(by_market)) for isrc, by_market in entries.items()}


def new_songs(markets: Markets = MARKETS_OF_WORLD) -> dict[str, Spread]:
    """The spreads of the songs that the history knows from their release on."""
    songs = (song for week in range(markets.world.weeks) for _, song in markets.world.streams(week))
    released = {song.isrc for song in songs if song.career.first_week >= 0}
    return {isrc: spread for isrc, spread in spreads(markets).items() if isrc in released}


def market_entries(markets: Markets = MARKETS_OF_WORLD) -> Iterator[tuple[str, int, Entry]]:
    """All entries of the eight markets, by market and week."""
    for market in MARKETS:
        for week in range(markets.world.weeks):
            for entry in markets.chart(market, week):
                yield market, week, entry


def spread_of(entries: dict[str, list[tuple[int, int]]]) -> Spread:
    """The spread that the entries show."""
    entered = {market: min(found)[0] for market, found in entries.items()}
    first_week = min(entered.values())
    return Spread(
        first_week,
        frozenset(market for market, week in entered.items() if week == first_week),
        {market: week - first_week for market, week in entered.items() if week > first_week},
        entries,
    )
