"""Where each song of the invented world is heard: it starts at home, and travels or does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from demo.dice import Dice, fraction
from demo.studio import Song

# The markets, by the code in the names of their charts, each with its share of all listeners.
MARKETS = {"us": 28, "br": 14, "mx": 13, "gb": 11, "de": 10, "fr": 9, "jp": 8, "kr": 7}
# Artists from countries without a chart are at home in the market that hears them first.
_HOMES = {
    "CA": "us",
    **dict.fromkeys(("AU", "NG", "GH", "ZA", "AE", "IS"), "gb"),
    **dict.fromkeys(("SE", "NO", "NL"), "de"),
    **dict.fromkeys(("BE", "LB", "EG"), "fr"),
    **dict.fromkeys(("ES", "CO"), "mx"),
}
_STAYS_HOME = 0.35
_AT_HOME = 2


@dataclass(frozen=True, slots=True)
class Journey:
    """The plan of a song: its home market, and after how many weeks it arrives in others.

    The weeks count from its first entry at home. It stays in a market only if it enters the chart
    in the week in which it arrives. A song that everybody knows already has no delays: it is heard
    everywhere from the beginning.
    """

    home: str
    delays: Mapping[str, int]


def plan_journey(seed: int, song: Song) -> Journey:
    """The journey of a song, which depends only on the seed and the song."""
    home = home_market(song.isrc[:2])
    others = [market for market in MARKETS if market != home]
    if song.career.half_life is None:
        return Journey(home, dict.fromkeys(others, 0))
    dice = Dice(seed, "journey", song.isrc)
    if dice.chance(_STAYS_HOME):
        return Journey(home, {})
    spread = dice.number()
    return Journey(
        home, {market: dice.between(1, 5) for market in others if dice.chance(0.2 + 0.8 * spread)}
    )


def home_market(country: str) -> str:
    """The market in which artists from a country start."""
    market = country.lower()
    return market if market in MARKETS else _HOMES[country]


@dataclass(slots=True)
class Travels:
    """How far a song has come: the markets in which it is heard, and its next arrivals."""

    journey: Journey
    heard: set[str]
    arrivals: dict[str, int] = field(default_factory=dict)

    @classmethod
    def start(cls, journey: Journey, first_week: int) -> Travels:
        """A song released before week 0 has arrived wherever it had the time to."""
        arrived = {market for market, delay in journey.delays.items() if first_week + delay <= 0}
        return cls(journey, {journey.home, *(arrived if first_week < 0 else ())})

    def markets(self, week: int) -> list[str]:
        """The markets in which the song is heard in the week."""
        arriving = {market for market, arrival in self.arrivals.items() if arrival == week}
        return [market for market in MARKETS if market in self.heard or market in arriving]

    def enter_chart(self, market: str, week: int) -> None:
        """Note that the song is on the chart of a market; its first entry at home sends it off."""
        self.heard.add(market)
        if market == self.journey.home and not self.arrivals:
            delays = self.journey.delays.items()
            self.arrivals = {market: week + delay for market, delay in delays}


def split_streams(seed: int, song: Song, markets: list[str], home: str, streams: int) -> list[int]:
    """The streams of a song in each of the markets. Their sum is exactly `streams`."""
    weights = [
        MARKETS[market] * (_AT_HOME if market == home else 0.5 + fraction(seed, song.isrc, market))
        for market in markets
    ]
    parts = [int(streams * weight / sum(weights)) for weight in weights]
    # Home exists in every list, and gets what rounding leaves.
    parts[markets.index(home)] += streams - sum(parts)
    return parts
