"""A client for Spotify's Web API: spotipy, with retries where they help."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
import spotipy

from etl.settings import Settings
from etl.sources.spotify.authorization import Authorization, authorize
from etl.sources.spotify.failures import (
    SPOTIPY_ERRORS,
    Subject,
    is_quota,
    response_behind,
    retry_after,
    translated,
    unexpected,
)
from etl.sources.spotify.playlists import JsonObject, Playlist, read_playlist
from etl.sources.spotify.session import new_session

# After a longer wait, in seconds, the caller is told when to come back instead.
LONGEST_WAIT = 60
_ATTEMPTS = 4
_ENTRY_TYPES = ("track", "episode")


def open_spotify(
    settings: Settings,
    *,
    timeout: tuple[float, float] = (5, 20),
    backoff: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
) -> Spotify:
    """A client for the user who logged in, or else for the app; no request is made yet.

    `timeout` is in seconds, for the connection and for each read. Raises ConfigurationError where
    there is neither a login nor an app's credentials.
    """
    session = new_session(backoff)
    authorization = authorize(settings, session, timeout)
    client = spotipy.Spotify(
        auth_manager=authorization, requests_session=session, requests_timeout=timeout
    )
    client.prefix = str(settings.spotify_api_url)
    return Spotify(client, session, authorization, backoff, sleep)


class Spotify:
    """An open client; close it, or use it in a `with` statement.

    Each method raises ServiceUnavailable where Spotify is too busy or down, AccessDenied where it
    does not show this to the app, UnexpectedResponse, and ConfigurationError where the login ended.
    """

    def __init__(
        self,
        client: spotipy.Spotify,
        session: requests.Session,
        authorization: Authorization,
        backoff: float,
        sleep: Callable[[float], None],
    ) -> None:
        self._client = client
        self._session = session
        self._authorization = authorization
        self._backoff = backoff
        self._sleep = sleep

    def __enter__(self) -> Spotify:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def playlist(self, chart_id: str) -> Playlist:
        """A playlist, complete and unchanged from its first page to its last."""
        subject = Subject(f"chart {chart_id}")
        ask_playlist = partial(self._ask, subject, self._client.playlist, chart_id)
        ask_items = partial(self._ask, subject, self._client.playlist_items, chart_id)
        return read_playlist(
            subject,
            partial(ask_playlist, additional_types=_ENTRY_TYPES),
            partial(ask_items, additional_types=_ENTRY_TYPES),
        )

    def track(self, track_id: str) -> JsonObject:
        """A track with its album and artists."""
        return self._read("track", track_id, self._client.track)

    def artist(self, artist_id: str) -> JsonObject:
        """An artist, with genres where Spotify knows them."""
        return self._read("artist", artist_id, self._client.artist)

    def _read(self, kind: str, spotify_id: str, call: Callable[..., object]) -> JsonObject:
        subject = Subject(f"{kind} {spotify_id}", "what was learned before is kept")
        return self._ask(subject, call, spotify_id)

    def _ask(
        self, subject: Subject, call: Callable[..., object], *arguments: Any, **options: Any
    ) -> JsonObject:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                response = call(*arguments, **options)
            except SPOTIPY_ERRORS as error:
                if attempt < _ATTEMPTS and self._may_help(error, attempt):
                    continue
                raise translated(subject, error) from error
            # spotipy returns None for what is not JSON, such as the login page of a proxy.
            if not isinstance(response, dict):
                raise unexpected(subject, "something that is not a JSON object")
            return response
        raise AssertionError("the last attempt returns or raises")

    def _may_help(self, error: BaseException, attempt: int) -> bool:
        """Wait, or renew the token, where the same call may then succeed."""
        response = response_behind(error)
        if response is None or response.status_code == 200:
            # The session retries by itself, but not where a response broke off in the middle.
            is_cut = isinstance(error, requests.exceptions.ChunkedEncodingError)
            return is_cut and self._wait(self._backoff * 2 ** (attempt - 1))
        if response.status_code == 401:
            return attempt == 1 and self._authorization.renew()
        seconds = retry_after(response)
        if response.status_code != 429 or is_quota(response) or seconds is None:
            return False
        return seconds <= LONGEST_WAIT and self._wait(seconds)

    def _wait(self, seconds: float) -> bool:
        self._sleep(seconds)
        return True
