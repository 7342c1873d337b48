"""Spotify's refusals in plain words: what happened, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests
from spotipy.exceptions import SpotifyBaseException, SpotifyOauthError

from etl.errors import AccessDenied, Misconfigured, SourceUnavailable, UnexpectedResponse

# The last four are what spotipy stumbles over when a response is not shaped as documented.
TROUBLE = (
    *(SpotifyBaseException, requests.RequestException),
    *(AttributeError, KeyError, TypeError, ValueError),
)
_LONGEST_WAIT = 31 * 24 * 60 * 60
_DASHBOARD = "https://developer.spotify.com/dashboard"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for, as a sentence names it, and what is so when it cannot be had."""

    name: str
    outcome: str = "nothing was landed"

    @property
    def is_spotifys_own(self) -> bool:
        """Whether it is one of the playlists that Spotify makes itself."""
        return self.name.startswith("chart 37i9dQZ")


def translated(wanted: Wanted, error: BaseException) -> Exception:
    """The error of ours that says what `error` means for whoever asked."""
    response = response_behind(error)
    if response is not None and (response.status_code == 429 or response.status_code >= 500):
        return _unavailable(wanted, response)
    # spotipy itself answers 400 where the id cannot be one.
    status = getattr(error, "http_status", 0) if response is None else response.status_code
    if getattr(error, "error", None) == "invalid_grant":
        return Misconfigured(
            f"The login to Spotify has ended, so {wanted.name} was not read; {wanted.outcome}."
            " A login lives six months, or until it is revoked: run `chartlake login` again."
        )
    if status == 401 or (status and isinstance(error, SpotifyOauthError)):
        return Misconfigured(
            f"Spotify does not accept this app's credentials (HTTP {status}), so {wanted.name} was"
            f" not read; {wanted.outcome}. Check SPOTIPY_CLIENT_ID and SPOTIPY_CLIENT_SECRET"
            f" against {_DASHBOARD}, or run `chartlake login`."
        )
    if status in (400, 403, 404):
        return _denied(wanted, status, _said(response))
    if isinstance(error, requests.RequestException) and not isinstance(error, ValueError):
        return SourceUnavailable(
            f"Spotify could not be reached, or broke off ({type(error).__name__}), while"
            f" {wanted.name} was read; {wanted.outcome}. Check the connection and run again."
        )
    return unexpected(wanted, f"HTTP {status}" if status else "something it does not document")


def response_behind(error: BaseException | None) -> requests.Response | None:
    """The response that led to the error; spotipy itself keeps the status of some alone."""
    while error is not None:
        response = getattr(error, "response", None)
        if isinstance(response, requests.Response):
            return response
        error = error.__context__
    return None


def retry_after(response: requests.Response) -> int | None:
    """The seconds that Spotify asks to wait, where it does."""
    waiting = response.headers.get("Retry-After", "")
    return min(int(waiting), _LONGEST_WAIT) if waiting.isdecimal() else None


def is_quota(response: requests.Response) -> bool:
    """Whether the budget of the developer's account is used up, which no pacing helps against."""
    return "QUOTA_EXCEEDED" in response.text


def unexpected(wanted: Wanted, what: str) -> UnexpectedResponse:
    """The error for an answer that is none."""
    return UnexpectedResponse(
        f"Spotify answered with {what} for {wanted.name}; {wanted.outcome}. Is there a proxy"
        " or a login page in between? `chartlake doctor` tells what is reached."
    )


def _unavailable(wanted: Wanted, response: requests.Response) -> SourceUnavailable:
    seconds = retry_after(response)
    when = "later"
    if seconds is not None:
        when = f"after {datetime.now(UTC) + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S} UTC"
    status = response.status_code
    why = "was asked too often" if status == 429 else f"failed (HTTP {status})"
    if is_quota(response):
        why = "says that this app's quota is used up"
    return SourceUnavailable(
        f"Spotify {why} while {wanted.name} was read; {wanted.outcome}. Run again {when}.",
        retry_after=seconds,
        is_quota=is_quota(response),
    )


def _said(response: requests.Response | None) -> str:
    return response.text.lower() if response is not None else ""


def _denied(wanted: Wanted, status: int, said: str) -> AccessDenied:
    why = "there is no such playlist, or it is private. Check CHARTLAKE_CHARTS."
    if status == 404 and wanted.is_spotifys_own:
        why = (
            "since 2024-11-27 its own chart playlists are only for apps with extended quota. Get "
            "the chart files from charts.spotify.com instead, and land them: `chartlake land FILE`."
        )
    elif status == 403 and "premium" in said:
        why = (
            "the owner of the app needs an active Premium subscription. Renew it, or use chart"
            " files: `chartlake land FILE`."
        )
    elif status == 403:
        why = (
            "in development mode the contents of a playlist are only for its owner and "
            "collaborators. Log in as one of them with `chartlake login`, or use chart files: "
            "`chartlake land FILE`."
        )
    elif not wanted.name.startswith("chart "):
        why = "there is none of that id."
    what = f"Spotify does not show {wanted.name} to this app (HTTP {status})"
    return AccessDenied(f"{what}; {wanted.outcome}: {why}", status=status)
