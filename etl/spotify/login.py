"""The login of a user, once every six months: in a browser, here or on another machine."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import requests
from spotipy.cache_handler import MemoryCacheHandler
from spotipy.oauth2 import SpotifyPKCE

from etl.errors import AccessDenied, Misconfigured
from etl.settings import Settings
from etl.spotify.authorization import pkce
from etl.spotify.refusals import TROUBLE, Wanted, translated
from etl.spotify.session import new_session
from etl.spotify.token_file import TokenFile

_TIMEOUT = (5.0, 20.0)
_THANKS = "<!doctype html><title>chartlake</title><p>chartlake is logged in. Close this page."


@dataclass(frozen=True, slots=True)
class Login:
    """A login under way: `url` is where the user agrees."""

    url: str
    state: str
    redirect_uri: str
    manager: SpotifyPKCE
    session: requests.Session
    file: TokenFile

    @property
    def loopback_port(self) -> int | None:
        """The port on which the browser comes back to this machine, if it does."""
        target = urlsplit(self.redirect_uri)
        is_here = target.scheme == "http" and target.hostname == "127.0.0.1"
        return target.port if is_here else None

    def complete(self, address: str) -> None:
        """Take the address to which the browser was sent, and keep the login.

        Raises AccessDenied where the user did not agree or the address is not this login's.
        """
        try:
            self.manager.get_access_token(code=self._code(address), check_cache=False)
        except TROUBLE as error:
            raise translated(Wanted("your account", "nothing was changed"), error) from error
        finally:
            self.session.close()
        token = self.manager.cache_handler.get_cached_token()
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self.file.save_token_to_cache({**token, "authorized_at": now})

    def _code(self, address: str) -> str:
        answered = {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}
        if not secrets.compare_digest(answered.get("state", "").encode(), self.state.encode()):
            raise AccessDenied(
                "That address does not belong to this login; nothing was changed. Run"
                " `chartlake login` again, and paste the whole address that the browser shows."
            )
        if "code" not in answered:
            raise AccessDenied(
                f"Spotify did not log you in ({answered.get('error', 'no reason given')});"
                " nothing was changed. Run `chartlake login` again, and agree."
            )
        return answered["code"]


def begin_login(settings: Settings) -> Login:
    """Prepare a login with a state and a proof of its own. Raises Misconfigured."""
    session = new_session(0.5)
    manager = pkce(settings, session, _TIMEOUT, MemoryCacheHandler())
    file = TokenFile(settings.spotify_token)
    state = secrets.token_urlsafe(24)
    url = manager.get_authorize_url(state)
    return Login(url, state, settings.spotify_redirect_uri, manager, session, file)


def wait_for_browser(port: int, timeout: float) -> str:
    """The address with which the browser comes back to 127.0.0.1:`port`, within `timeout` seconds.

    Raises Misconfigured where the port is taken, AccessDenied where nobody comes.
    """
    try:
        server = _Callback(port, timeout)
    except OSError as error:
        raise Misconfigured(
            f"Port {port} of SPOTIPY_REDIRECT_URI cannot be used here: {error.strerror}. Run"
            " `chartlake login --paste` instead."
        ) from error
    with server:
        server.handle_request()
    if server.address is None:
        raise AccessDenied("Nobody logged in in time; nothing was changed. Run it again.")
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
        """Say nothing: the address holds the code."""
