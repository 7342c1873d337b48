"""Asking Spotify: by spotipy, with patience where it helps and none where it does not."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import requests
import spotipy

from etl.settings import Settings
from etl.spotify.authorization import Authorization, authorize
from etl.spotify.playlists import JsonObject, Playlist, take_playlist
from etl.spotify.refusals import (
    TROUBLE,
    Wanted,
    is_quota,
    response_behind,
    retry_after,
    translated,
    unexpected,
)
from etl.spotify.session import new_session

# A longer wait is not ours to sit out: the caller is told until when.
LONGEST_WAIT = 60
_ATTEMPTS = 4
_KINDS = ("track", "episode")


def open_spotify(
    settings: Settings,
    *,
    timeout: tuple[float, float] = (5, 20),
    backoff: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
) -> Spotify:
    """Open the door, as the user who logged in or else as the app; nothing is asked yet.

    `timeout` is in seconds, for the connection and for each read. Raises Misconfigured where
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
    """An open door; close it, or use it in a `with` statement."""

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
        """Hang up."""
        self._session.close()

    def playlist(self, chart_id: str) -> Playlist:
        """The playlist as it was at one moment; raises where it cannot be had whole."""
        wanted = Wanted(f"chart {chart_id}")
        ask_playlist = partial(self._ask, wanted, self._client.playlist, chart_id)
        ask_items = partial(self._ask, wanted, self._client.playlist_items, chart_id)
        return take_playlist(
            wanted,
            partial(ask_playlist, additional_types=_KINDS),
            partial(ask_items, additional_types=_KINDS),
        )

    def track(self, track_id: str) -> JsonObject:
        """A track with its album and artists."""
        return self._one("track", track_id, self._client.track)

    def artist(self, artist_id: str) -> JsonObject:
        """An artist, with genres where Spotify tells them."""
        return self._one("artist", artist_id, self._client.artist)

    def _one(self, kind: str, id_: str, call: Callable[..., object]) -> JsonObject:
        wanted = Wanted(f"{kind} {id_}", "what was learned before is kept")
        return self._ask(wanted, call, id_)

    def _ask(
        self, wanted: Wanted, call: Callable[..., object], *arguments: Any, **options: Any
    ) -> JsonObject:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                answer = call(*arguments, **options)
            except TROUBLE as error:
                if attempt < _ATTEMPTS and self._may_help(error, attempt):
                    continue
                raise translated(wanted, error) from error
            # spotipy gives None for what is not JSON, such as the login page of a proxy.
            if not isinstance(answer, dict):
                raise unexpected(wanted, "something that is not a JSON object")
            return answer
        raise AssertionError("the last attempt returns or raises")

    def _may_help(self, error: BaseException, attempt: int) -> bool:
        """Wait, or renew the token, where the same call may then succeed."""
        response = response_behind(error)
        if response is None or response.status_code == 200:
            # The session asks again itself, but not where an answer broke off in the middle.
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
