"""The door to Spotify: one playlist, every page of it, as the Web API gave it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests
import spotipy
from requests.adapters import HTTPAdapter
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.exceptions import SpotifyBaseException, SpotifyOauthError
from spotipy.oauth2 import SpotifyClientCredentials
from urllib3 import Retry

from etl.errors import AccessDenied, Misconfigured, SourceUnavailable, UnexpectedResponse
from etl.settings import Settings

JsonObject = dict[str, Any]

# The last four are what spotipy stumbles over when a response is not shaped as documented.
_TROUBLE = (
    *(SpotifyBaseException, requests.RequestException),
    *(AttributeError, KeyError, TypeError, ValueError),
)
_PAGE_SIZE = 50
_MOST_PAGES = 1000
_TAKES = 3
# The pages hold the contents, and links to images end within a day.
_LEFT_OUT = {"items", "tracks", "images"}
_SILENT = logging.NullHandler()
_LONGEST_WAIT = 31 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Playlist:
    """A playlist in Spotify's own words: what it is, and every page of what it holds."""

    metadata: JsonObject
    pages: tuple[JsonObject, ...]


def open_spotify(
    settings: Settings, *, timeout: tuple[float, float] = (5, 20), backoff: float = 0.5
) -> Spotify:
    """Open the door with the app's own credentials; Spotify is not asked anything yet."""
    _keep_secrets_out_of_logs()
    session = _session(backoff)
    login = SpotifyClientCredentials(
        *_credentials(settings),
        requests_session=session,
        requests_timeout=timeout,
        cache_handler=MemoryCacheHandler(),
    )
    login.OAUTH_TOKEN_URL = f"{settings.spotify_accounts_url}api/token"
    client = spotipy.Spotify(auth_manager=login, requests_session=session, requests_timeout=timeout)
    client.prefix = str(settings.spotify_api_url)
    return Spotify(client, session)


class Spotify:
    """An open door; close it, or use it in a `with` statement."""

    def __init__(self, client: spotipy.Spotify, session: requests.Session) -> None:
        self._client = client
        self._session = session

    def __enter__(self) -> Spotify:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self._session.close()

    def playlist(self, chart_id: str) -> Playlist:
        """The playlist as it was at one moment; raises where it cannot be had whole."""
        for _ in range(_TAKES):
            playlist = self._take(chart_id)
            if _is_whole(playlist) and self._is_unchanged(chart_id, playlist):
                return playlist
        raise SourceUnavailable(
            f"Chart {chart_id} was being edited while it was read, {_TAKES} times in a row; "
            "nothing was landed. Run again in a few minutes."
        )

    def _take(self, chart_id: str) -> Playlist:
        shown = self._ask(chart_id, self._client.playlist)
        metadata = {name: shown[name] for name in shown if name not in _LEFT_OUT}
        return Playlist(metadata, tuple(self._pages(chart_id)))

    def _pages(self, chart_id: str) -> Iterator[JsonObject]:
        offset = 0
        for _ in range(_MOST_PAGES):
            page = self._ask(chart_id, self._client.playlist_items, limit=_PAGE_SIZE, offset=offset)
            if not isinstance(page.get("items"), list):
                raise _unexpected(chart_id, "a page without items")
            yield page
            if page.get("next") is None:
                return
            offset = _next_offset(chart_id, page, offset)
        raise _unexpected(chart_id, f"more than {_MOST_PAGES} pages")

    def _is_unchanged(self, chart_id: str, playlist: Playlist) -> bool:
        before = playlist.metadata.get("snapshot_id")
        now = self._ask(chart_id, self._client.playlist, fields="snapshot_id")
        return bool(now.get("snapshot_id", before) == before)

    def _ask(self, chart_id: str, call: Callable[..., object], **arguments: object) -> JsonObject:
        try:
            answer = call(chart_id, additional_types=("track", "episode"), **arguments)
        except _TROUBLE as error:
            raise _translated(chart_id, error) from error
        # spotipy gives None for what is not JSON, such as the login page of a proxy.
        if not isinstance(answer, dict):
            raise _unexpected(chart_id, "something that is not a JSON object")
        return answer


def _credentials(settings: Settings) -> tuple[str, str]:
    secret = settings.spotify_client_secret
    client_id, client_secret = settings.spotify_client_id, secret and secret.get_secret_value()
    given = {"SPOTIPY_CLIENT_ID": client_id or "", "SPOTIPY_CLIENT_SECRET": client_secret or ""}
    faults = [f"{name} is not set" for name, text in given.items() if not text]
    faults += [f"{name} is not plain ASCII" for name, text in given.items() if not text.isascii()]
    if faults:
        raise Misconfigured(
            f"Spotify cannot be asked: {' and '.join(faults)}; nothing was landed. Both are "
            "shown at https://developer.spotify.com/dashboard; chart files need neither."
        )
    return given["SPOTIPY_CLIENT_ID"], given["SPOTIPY_CLIENT_SECRET"]


# At DEBUG, spotipy writes tokens and the client secret into its logs. What it logs
# at ERROR is raised here as well; without a handler it would also go to stderr.
def _keep_secrets_out_of_logs() -> None:
    for name in ("spotipy.client", "spotipy.oauth2"):
        logging.getLogger(name).addFilter(_is_not_debug)
    logging.getLogger("spotipy").addHandler(_SILENT)


def _is_not_debug(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.INFO


# Retry-After can be a day, and urllib3 would sleep through it: a 429 is left to the caller.
def _session(backoff: float) -> requests.Session:
    retry = Retry(
        total=3,
        backoff_factor=backoff,
        status_forcelist=(500, 502, 503, 504),
        allowed_methods=frozenset(["GET"]),
        respect_retry_after_header=False,
        raise_on_status=False,
    )
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, HTTPAdapter(max_retries=retry))
    return session


# Following the link itself would send the token wherever it leads.
def _next_offset(chart_id: str, page: JsonObject, offset: int) -> int:
    given = parse_qs(urlsplit(str(page["next"])).query).get("offset", [""])[-1]
    if not given.isdecimal() or int(given) <= offset:
        raise _unexpected(chart_id, "a page whose next page does not come after it")
    return int(given)


def _is_whole(playlist: Playlist) -> bool:
    held = sum(len(page["items"]) for page in playlist.pages)
    return all(page.get("total", held) == held for page in playlist.pages)


def _translated(chart_id: str, error: BaseException) -> Exception:
    response = _response_behind(error)
    if response is not None and (response.status_code == 429 or response.status_code >= 500):
        return _unavailable(chart_id, response)
    # spotipy itself answers 400 where the id cannot be one.
    status = getattr(error, "http_status", 0) if response is None else response.status_code
    if status == 401 or (status and isinstance(error, SpotifyOauthError)):
        return Misconfigured(
            f"Spotify does not accept this app's credentials (HTTP {status}), so chart {chart_id} "
            "was not read and nothing was landed. Check SPOTIPY_CLIENT_ID and "
            "SPOTIPY_CLIENT_SECRET against https://developer.spotify.com/dashboard."
        )
    if status in (400, 403, 404):
        return _denied(chart_id, status)
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return SourceUnavailable(
            f"Spotify could not be reached, or broke off ({type(error).__name__}), while chart "
            f"{chart_id} was read; nothing was landed. Check the connection and run again."
        )
    return _unexpected(chart_id, f"HTTP {status}" if status else "something it does not document")


# spotipy's errors keep the status of some responses, and the headers of fewer.
def _response_behind(error: BaseException | None) -> requests.Response | None:
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, requests.Response):
            return response
        error = error.__context__
    return None


def _unavailable(chart_id: str, response: requests.Response) -> SourceUnavailable:
    waiting = response.headers.get("Retry-After", "")
    seconds = min(int(waiting), _LONGEST_WAIT) if waiting.isdecimal() else None
    when = "later"
    if seconds is not None:
        when = f"after {datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    status = response.status_code
    why = "was asked too often" if status == 429 else f"failed (HTTP {status})"
    if "QUOTA_EXCEEDED" in response.text:
        why = "says that this app's quota is used up"
    return SourceUnavailable(
        f"Spotify {why} while chart {chart_id} was read; nothing was landed. Run again {when}.",
        retry_after=seconds,
    )


def _denied(chart_id: str, status: int) -> AccessDenied:
    why = "there is no such playlist, or it is private. Check CHARTLAKE_CHARTS."
    if status == 404 and chart_id.startswith("37i9dQZ"):
        why = (
            "since 2024-11-27 its own chart playlists are only for apps with extended quota. Get "
            "the chart files from charts.spotify.com instead, and land them: `chartlake land FILE`."
        )
    elif status == 403:
        why = (
            "in development mode the contents of a playlist are only for its owner and "
            "collaborators. Use a playlist of your own, or chart files: `chartlake land FILE`."
        )
    what = f"Spotify does not show chart {chart_id} to this app (HTTP {status})"
    return AccessDenied(f"{what}; nothing was landed: {why}")


def _unexpected(chart_id: str, what: str) -> UnexpectedResponse:
    return UnexpectedResponse(
        f"Spotify answered with {what} for chart {chart_id}; nothing was landed. Is there a proxy "
        "or a login page in between? Check CHARTLAKE_SPOTIFY_API_URL and the network."
    )
