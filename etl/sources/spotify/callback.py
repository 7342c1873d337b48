"""The page of this machine to which the browser returns at the end of a login.

Browsers ask for more than that: for an icon, or for nothing at all on a connection that they keep
for later. So each connection has a thread of its own, and only the callback of this login counts.
"""

from __future__ import annotations

import secrets
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from etl.errors import AccessDenied, ConfigurationError

# How long a connection may send nothing, in seconds.
_PATIENCE = 30
_PAGE = "<!doctype html><title>chartlake</title><p>"


def wait_for_browser(port: int, state: str, timeout: float) -> str:
    """The address with which the browser returns to 127.0.0.1:`port`, within `timeout` seconds.

    What does not have the `state` of this login is refused. Raises ConfigurationError where the
    port is taken, AccessDenied where nobody comes.
    """
    try:
        server = _Server(port, state)
    except OSError as error:
        raise ConfigurationError(
            f"Port {port} of SPOTIPY_REDIRECT_URI cannot be used here: {error.strerror}. Run"
            " `chartlake login --paste` instead."
        ) from error
    with server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            return server.addresses.get(timeout=timeout)
        except Empty:
            raise AccessDenied(
                "Nobody logged in in time; nothing was changed. Run `chartlake login` again.",
                service="Spotify",
            ) from None
        finally:
            server.shutdown()


def query_of(address: str) -> dict[str, str]:
    """The parameters of an address; the last of each name counts."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(address).query).items()}


def has_state(query: dict[str, str], state: str) -> bool:
    """Whether the address with this query belongs to the login with that state."""
    return secrets.compare_digest(query.get("state", "").encode(), state.encode())


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, state: str) -> None:
        self.state = state
        self.addresses: SimpleQueue[str] = SimpleQueue()
        super().__init__(("127.0.0.1", port), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Go on waiting: a connection that breaks is no answer."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE

    def do_GET(self) -> None:
        query = query_of(self.path)
        if "state" not in query:
            self._send(404, "There is nothing here.")
        elif not has_state(query, self.server.state):
            self._send(400, "This page belongs to another login. chartlake is still waiting.")
        else:
            try:
                self._send(200, _thanks(query))
            finally:
                self.server.addresses.put(self.path)

    def log_message(self, format: str, *arguments: object) -> None:
        """Log nothing: the address holds the code."""

    def _send(self, status: int, sentence: str) -> None:
        body = f"{_PAGE}{sentence}".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _thanks(query: dict[str, str]) -> str:
    if "code" in query:
        return "chartlake is logged in. Close this page."
    return "chartlake is not logged in. Close this page, and see what it printed."
