"""Logging a user in, once every six months: in a browser, here or on another machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyPKCE

from etl.errors import AccessDenied
from etl.settings import Settings
from etl.sources.spotify.authorization import pkce_manager
from etl.sources.spotify.callback import has_state, query_of
from etl.sources.spotify.failures import SPOTIPY_ERRORS, Subject, translated
from etl.sources.spotify.session import new_session
from etl.sources.spotify.token_file import TokenFile

_TIMEOUT = (5.0, 20.0)


@dataclass(frozen=True, slots=True)
class Login:
    """A login that has begun; the user agrees to it at `url`."""

    url: str
    state: str
    redirect_uri: str
    manager: SpotifyPKCE
    session: requests.Session
    token_file: TokenFile

    @property
    def loopback_port(self) -> int | None:
        """The port of this machine to which the browser returns, if it returns to this machine."""
        target = urlsplit(self.redirect_uri)
        is_here = target.scheme == "http" and target.hostname == "127.0.0.1"
        return target.port if is_here else None

    def complete(self, address: str) -> None:
        """Exchange the address to which the browser was sent for a login, and save it.

        Raises AccessDenied where the user did not agree, or the address is of another login.
        """
        try:
            self.manager.get_access_token(code=self._code(address), check_cache=False)
        except SPOTIPY_ERRORS as error:
            raise translated(Subject("your account", "nothing was changed"), error) from error
        finally:
            self.session.close()
        token = self.manager.cache_handler.get_cached_token()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.token_file.save_token_to_cache({**token, "authorized_at": now})

    def _code(self, address: str) -> str:
        query = query_of(address)
        if not has_state(query, self.state):
            raise AccessDenied(
                "That address belongs to another login; nothing was changed. Run `chartlake login`"
                " again, and paste the whole address that the browser shows.",
                service="Spotify",
            )
        if "code" not in query:
            raise AccessDenied(
                f"Spotify did not log you in ({query.get('error', 'no reason given')});"
                " nothing was changed. Run `chartlake login` again, and agree.",
                service="Spotify",
            )
        return query["code"]


def begin_login(settings: Settings) -> Login:
    """Prepare a login with a state and a proof of its own. Raises ConfigurationError."""
    session = new_session(0.5)
    manager = pkce_manager(settings, session, _TIMEOUT, MemoryCacheHandler())
    token_file = TokenFile(settings.spotify_token)
    state = secrets.token_urlsafe(24)
    url = manager.get_authorize_url(state)
    return Login(url, state, settings.spotify_redirect_uri, manager, session, token_file)
