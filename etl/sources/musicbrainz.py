"""MusicBrainz, a second source of genres, and the source of artists' home countries.

It gets one request a second, under our own name.
Its rules: https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

import requests

from etl.errors import ServiceUnavailable, UnexpectedResponse
from etl.settings import Settings
from etl.sources.markets import market_of

SECONDS_BETWEEN_REQUESTS = 1.0
_TIMEOUT = (5, 20)
_KEPT = "What was learned before is kept; the next run continues from there."


class MusicBrainz:
    """An open client; close it, or use it in a `with` statement."""

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._url = str(settings.musicbrainz_url)
        self._session = requests.Session()
        name = f"chartlake/{version('chartlake')} ( {settings.contact} )"
        self._session.headers["User-Agent"] = name
        self._sleep = sleep
        self._clock = clock
        self._last: float | None = None

    def __enter__(self) -> MusicBrainz:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def artist(self, spotify_id: str) -> dict[str, Any] | None:
        """The artist with that Spotify id, with genres and country; None where none is known.

        Makes two requests. Raises ServiceUnavailable where MusicBrainz is too busy or down, and
        UnexpectedResponse where the response is not JSON.
        """
        page = f"https://open.spotify.com/artist/{spotify_id}"
        link = self._ask("url", resource=page, inc="artist-rels")
        relations = (link or {}).get("relations", ())
        found = [relation["artist"]["id"] for relation in relations if "artist" in relation]
        if not found:
            return None
        artist = self._ask(f"artist/{found[0]}", inc="genres")
        return {"url": link, "artist": artist} if artist else None

    def _ask(self, path: str, **parameters: str) -> dict[str, Any] | None:
        self._wait_for_turn()
        address = f"{self._url}{path}?{urlencode(parameters | {'fmt': 'json'})}"
        try:
            response = self._session.get(address, timeout=_TIMEOUT)
            if response.status_code == 404:
                return None
            response.raise_for_status()
            return dict(response.json())
        except requests.JSONDecodeError as error:
            raise UnexpectedResponse(
                f"MusicBrainz's response to {path} is not JSON. {_KEPT}", service="MusicBrainz"
            ) from error
        except requests.RequestException as error:
            raise ServiceUnavailable(
                f"MusicBrainz does not answer now ({type(error).__name__}). {_KEPT}",
                service="MusicBrainz",
            ) from error

    def _wait_for_turn(self) -> None:
        now = self._clock()
        if self._last is not None and now < self._last + SECONDS_BETWEEN_REQUESTS:
            self._sleep(self._last + SECONDS_BETWEEN_REQUESTS - now)
        self._last = self._clock()


def home_market(answer: Mapping[str, Any]) -> str | None:
    """The country with which an artist is identified, as a market, in an answer about the artist.

    MusicBrainz gives a code, also for artists from a city, unless the area is no country's.
    """
    artist = answer.get("artist") or {}
    area = artist.get("area") or {}
    codes = [artist.get("country"), *(area.get("iso-3166-1-codes") or ())]
    return next(filter(None, (market_of(code) for code in codes if code)), None)
