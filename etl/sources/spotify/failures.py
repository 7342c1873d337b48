"""What Spotify's errors mean, in plain words, and what to do about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests
from spotipy.exceptions import SpotifyBaseException, SpotifyOauthError

from etl.errors import (
    AccessDenied,
    ChartlakeError,
    ConfigurationError,
    ServiceUnavailable,
    UnexpectedResponse,
)

# spotipy raises the last four where a response does not have the documented shape.
SPOTIPY_ERRORS = (
    *(SpotifyBaseException, requests.RequestException),
    *(AttributeError, KeyError, TypeError, ValueError),
)
_LONGEST_WAIT = 31 * 24 * 60 * 60
_DASHBOARD = "https://developer.spotify.com/dashboard"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is asked for, in the words of an error message, and what holds if it cannot be had."""

    name: str
    outcome: str = "nothing was landed"

    @property
    def is_spotifys_own(self) -> bool:
        """Whether it is one of the playlists that Spotify makes itself."""
        return self.name.startswith("chart 37i9dQZ")


def translated(subject: Subject, error: BaseException) -> ChartlakeError:
    """The error that says what `error` means for whoever asked."""
    response = response_behind(error)
    if response is not None and (response.status_code == 429 or response.status_code >= 500):
        return _unavailable(subject, response)
    # spotipy itself answers 400 where the id cannot be one.
    status = getattr(error, "http_status", 0) if response is None else response.status_code
    if getattr(error, "error", None) == "invalid_grant":
        return ConfigurationError(
            f"The login to Spotify has ended, so {subject.name} was not read; {subject.outcome}."
            " A login lasts six months, or until it is revoked: run `chartlake login` again."
        )
    if status == 401 or (status and isinstance(error, SpotifyOauthError)):
        return ConfigurationError(
            f"Spotify does not accept this app's credentials (HTTP {status}), so {subject.name} was"
            f" not read; {subject.outcome}. Check SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET"
            f" against {_DASHBOARD}, or run `chartlake login`."
        )
    if status in (400, 403, 404):
        return _denied(subject, status, _text_of(response))
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return ServiceUnavailable(
            f"The connection to Spotify failed ({type(error).__name__}) while {subject.name} was"
            f" read; {subject.outcome}. Check the network and run again.",
            service="Spotify",
        )
    return unexpected(subject, f"HTTP {status}" if status else "something it does not document")


def response_behind(error: BaseException | None) -> requests.Response | None:
    """The response that led to the error; spotipy keeps only the status of some."""
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, requests.Response):
            return response
        error = error.__context__
    return None


def retry_after(response: requests.Response) -> int | None:
    """The seconds that Spotify asks to wait, if it does."""
    waiting = response.headers.get("Retry-After", "")
    return min(int(waiting), _LONGEST_WAIT) if waiting.isdecimal() else None


def is_quota(response: requests.Response) -> bool:
    """Whether the quota of the developer's account is used up, which no waiting helps against."""
    return "QUOTA_EXCEEDED" in response.text


def unexpected(subject: Subject, what: str) -> UnexpectedResponse:
    """The error for a response that Spotify does not document."""
    return UnexpectedResponse(
        f"Spotify answered with {what} for {subject.name}; {subject.outcome}. Is there a proxy"
        " or a login page in between? `chartlake doctor` shows what can be reached.",
        service="Spotify",
    )


def _unavailable(subject: Subject, response: requests.Response) -> ServiceUnavailable:
    seconds = retry_after(response)
    when = "later"
    if seconds is not None:
        when = f"after {datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    status = response.status_code
    why = "received too many requests" if status == 429 else f"failed (HTTP {status})"
    if is_quota(response):
        why = "says that this app's quota is used up"
    return ServiceUnavailable(
        f"Spotify {why} while {subject.name} was read; {subject.outcome}. Run again {when}.",
        service="Spotify",
        retry_after=seconds,
    )


def _text_of(response: requests.Response | None) -> str:
    return response.text.lower() if response is not None else ""


def _denied(subject: Subject, status: int, text: str) -> AccessDenied:
    why = "there is no such playlist, or it is private. Check CHARTLAKE_CHARTS."
    if status == 404 and subject.is_spotifys_own:
        why = (
            "since 2024-11-27 its own chart playlists are only for apps with extended quota."
            " Download the chart files from charts.spotify.com instead, and land them:"
            " `chartlake land FILE`."
        )
    elif status == 403 and "premium" in text:
        why = (
            "the owner of the app needs an active Premium subscription. Renew it, or use chart"
            " files: `chartlake land FILE`."
        )
    elif status == 403:
        why = (
            "in development mode, the contents of a playlist are only for its owner and"
            " collaborators. Log in as one of them with `chartlake login`, or use chart files:"
            " `chartlake land FILE`."
        )
    elif not subject.name.startswith("chart "):
        why = "that id does not exist."
    return AccessDenied(
        f"Spotify does not show {subject.name} to this app (HTTP {status});"
        f" {subject.outcome}: {why}",
        service="Spotify",
        status=status,
    )
