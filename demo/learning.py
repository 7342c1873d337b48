"""What `chartlake enrich` learns about songs and artists of the invented world."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from demo.dice import fraction
from demo.journeys import MARKETS
from demo.markets import REGIONS, Markets
from demo.render import Renderer
from demo.values import Artist, Entry, Track
from etl.lake import Lake
from etl.sources.references import Answer, Reference, write_reference

_KNOWN_HOMES = 0.8
_RENDERER = Renderer("item")


def known_home(artist: Artist) -> str | None:
    """The home market of an artist, of whom MusicBrainz knows four of five that have one."""
    is_known = fraction("MusicBrainz", artist.artist_id) < _KNOWN_HOMES
    return artist.country.lower() if artist.country and is_known else None


def learn(lake: Lake, markets: Markets, weeks: Iterable[int], moment: datetime) -> None:
    """Keep what is known about the songs of all charts in these weeks, and about their artists."""
    tracks: dict[str, Track] = {}
    artists: dict[str, Artist] = {}
    for week in weeks:
        for entry in _entries(markets, week):
            tracks[entry.track.song_id] = entry.track
            artists |= {one.artist_id: one for one in entry.track.artists}
    learn_tracks(lake, tracks.values(), moment)
    learn_artists(lake, artists.values(), moment)
    learn_homes(lake, artists.values(), moment)


def learn_tracks(lake: Lake, tracks: Iterable[Track], moment: datetime) -> None:
    """Keep what Spotify says about the tracks."""
    answers = [Answer(one.song_id, _RENDERER.track_object(one)) for one in tracks]
    _keep(lake, "spotify", "track", answers, moment)


def learn_artists(lake: Lake, artists: Iterable[Artist], moment: datetime) -> None:
    """Keep what Spotify says about the artists: their genres."""
    answers = [Answer(one.artist_id, _RENDERER.artist_object(one)) for one in artists]
    _keep(lake, "spotify", "artist", answers, moment)


def learn_homes(lake: Lake, artists: Iterable[Artist], moment: datetime) -> None:
    """Keep what MusicBrainz says about the artists: their homes."""
    answers = [Answer(one.artist_id, _home(known_home(one))) for one in artists]
    _keep(lake, "musicbrainz", "artist", answers, moment)


def _entries(markets: Markets, week: int) -> Iterator[Entry]:
    for region in REGIONS:
        yield from markets.chart(region, week)
    for market in MARKETS:
        yield from markets.viral_chart(market, week)
        yield from markets.city_chart(market, week)


def _home(market: str | None) -> dict[str, Any] | None:
    return {"url": {}, "artist": {"country": market.upper()}} if market else None


def _keep(lake: Lake, source: str, kind: str, answers: list[Answer], moment: datetime) -> None:
    write_reference(lake, Reference(source, kind, moment, tuple(answers)))
