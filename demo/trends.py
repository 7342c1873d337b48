"""The charts on which songs of the invented world show early: viral charts, and those of cities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from demo.dice import fraction
from demo.studio import Song
from demo.world import StreamedSong

# A city of each market, as it stands in the names of chart files.
CITIES = {
    "us": "new-york-city",
    "br": "sao-paulo",
    "mx": "mexico-city",
    "gb": "london",
    "de": "berlin",
    "fr": "paris",
    "jp": "tokyo",
    "kr": "seoul",
}


class Trends:
    """Ranks the songs of the markets by how much they grow, and by the taste of a city.

    Both look at all songs that are heard in a market, below its Top Songs as well. So a song may
    show here some weeks before it does there.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._previous: dict[str, dict[str, int]] = defaultdict(dict)

    def viral(self, market: str, streamed: Sequence[StreamedSong]) -> list[StreamedSong]:
        """The songs by growth since the week before; each week of a market is to be given once."""
        previous = self._previous[market]
        self._previous[market] = {song.isrc: streams for streams, song in streamed}
        return sorted(
            streamed,
            key=lambda pair: (-pair[0] / (previous.get(pair[1].isrc, 0) + 1000), pair[1].isrc),
        )

    def city(self, market: str, streamed: Sequence[StreamedSong]) -> list[StreamedSong]:
        """The songs by their streams in the city of a market, which are a part of the market's."""
        heard = [(self._part(market, *pair), pair[1]) for pair in streamed]
        return sorted(heard, key=lambda pair: (-pair[0], pair[1].isrc))

    def _part(self, market: str, streams: int, song: Song) -> int:
        return int(streams * fraction(self._seed, CITIES[market], song.isrc) / len(CITIES))
