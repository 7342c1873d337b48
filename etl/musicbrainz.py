"""The door to MusicBrainz, a second source of genres: one request a second, under our name.

Its rules: https://musicbrainz.org/doc/MusicBrainz_API/Rate_Limiting
"""

from __future__ import annotations

import time
from collections.abc import Callable
from importlib.metadata import version
from typing import Any
from urllib.parse import urlencode

import requests

from etl.errors import SourceUnavailable, UnexpectedResponse
from etl.settings import Settings

PACE = 1.0
_TIMEOUT = (5, 20)


class MusicBrainz:
    """An open door; close it, or use it in a `with` statement."""

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
        """The artist of that Spotify id, with genres; None where MusicBrainz knows no such artist.

        Two requests. Raises SourceUnavailable where MusicBrainz is too busy or down.
        """
        page = f"https://open.spotify.com/artist/{spotify_id}"
        link = self._ask("url", resource=page, inc="artist-rels")
        found = [
            one["artist"]["id"] for one in (link or {}).get("relations", ()) if "artist" in one
        ]
        if not found:
            return None
        artist = self._ask(f"artist/{found[0]}", inc="genres")
        return {"url": link, "artist": artist} if artist else None

    def _ask(self, path: str, **parameters: str) -> dict[str, Any] | None:
        self._keep_pace()
        address = f"{self._url}{path}?{urlencode(parameters | {'fmt': 'json'})}"
        try:
            response = self._session.get(address, timeout=_TIMEOUT)
            if response.status_code == 404:
                return None
            response.raise_for_status()
            answer = response.json()
        except requests.JSONDecodeError as error:
            raise UnexpectedResponse(
                f"MusicBrainz answered {path} with no JSON. {_KEPT}"
            ) from error
        except requests.RequestException as error:
            raise SourceUnavailable(
                f"MusicBrainz does not answer now ({type(error).__name__}). {_KEPT}"
            ) from error
        return dict(answer)

    def _keep_pace(self) -> None:
        now = self._clock()
        if self._last is not None and now < self._last + PACE:
            self._sleep(self._last + PACE - now)
        self._last = self._clock()


_KEPT = "What was learned before is kept; the next run goes on from there."
