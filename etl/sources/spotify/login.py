"""Logging a user in, once every six months: in a browser, here or on another machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyPKCE

from etl.errors import AccessDenied, ConfigurationError
from etl.settings import Settings
from etl.sources.spotify.authorization import pkce_manager
from etl.sources.spotify.failures import SPOTIPY_ERRORS, Subject, translated
from etl.sources.spotify.session import new_session
from etl.sources.spotify.token_file import TokenFile

_TIMEOUT = (5.0, 20.0)
_THANKS = "<!doctype html><title>chartlake</title><p>chartlake is logged in. Close this page."


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
        query = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        if not secrets.compare_digest(query.get("state", "").encode(), self.state.encode()):
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


def wait_for_browser(port: int, timeout: float) -> str:
    """The address with which the browser returns to 127.0.0.1:`port`, within `timeout` seconds.

    Raises ConfigurationError where the port is taken, AccessDenied where nobody comes.
    """
    try:
        server = _Callback(port, timeout)
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} of SPOTIPY_REDIRECT_URI cannot be used here: {error.strerror}. Run"
            " `chartlake login --paste` instead."
        ) from error
    with server:
        server.handle_request()
    if server.address is None:
        raise AccessDenied(
            "Nobody logged in in time; nothing was changed. Run `chartlake login` again.",
            service="Spotify",
        )
    return server.address


class _Callback(HTTPServer):
    def __init__(self, port: int, timeout: float) -> None:
        self.address: str | None = None
        self.timeout = timeout
        super().__init__(("127.0.0.1", port), _CallbackHandler)


class _CallbackHandler(BaseHTTPRequestHandler):
    server: _Callback

    def do_GET(self) -> None:
        self.server.address = self.path
        body = _THANKS.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: the address holds the code."""
