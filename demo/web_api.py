"""A stand-in for the Spotify Web API: the invented world over real HTTP, on this machine alone."""

from __future__ import annotations

import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Any, Self

from demo.accounts import CLIENT_ID, CLIENT_SECRET, Accounts
from demo.faults import Faulty
from demo.render import Playlist, Renderer, Shape
from demo.routes import Desk, Request, Response, answer
from demo.world import World

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "Playlist", "WebApi"]


class WebApi:
    """Serves the playlists while it is entered; `week` is the week whose chart is on."""

    def __init__(
        self,
        world: World,
        playlists: Mapping[str, Playlist],
        shape: Shape = "item",
        port: int = 0,
    ) -> None:
        self.requests: list[tuple[str, str]] = []
        self.fault: Faulty | None = None
        self.shape = shape
        self._closing = Event()
        self._server = _Server(("127.0.0.1", port), self)
        self._thread = Thread(target=self._server.serve_forever, args=(0.02,), name="web-api")
        self._desk = Desk(world, playlists, Renderer(shape, self.api_url))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.hang_up()
        self._server.server_close()
        self._thread.join()

    @property
    def accounts(self) -> Accounts:
        """The tokens and logins that were given out."""
        return self._desk.accounts

    @property
    def accounts_url(self) -> str:
        """Where tokens are issued."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def api_url(self) -> str:
        """Where everything else is."""
        return f"{self.accounts_url}v1/"

    @property
    def week(self) -> int:
        """The week whose chart is on; setting it turns the page for all who look."""
        return self._desk.week

    @week.setter
    def week(self, week: int) -> None:
        self._desk.world.chart(week)
        self._desk.week = week

    def answer(self, request: Request) -> Response:
        """What one request gets, without the HTTP around it."""
        self.requests.append((request.method, request.path))
        if self.fault:
            return self.fault.answer(self._desk, request, answer)
        return answer(self._desk, request)

    def pause(self, seconds: float) -> None:
        """Let the client wait, but nobody who closes the server."""
        if seconds:
            self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    # Closing then waits for the threads, so that none is left behind.
    daemon_threads = False

    def __init__(self, address: tuple[str, int], web_api: WebApi) -> None:
        self.web_api = web_api
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        super().__init__(address, _Connection)

    # The one it replaces asks the name service who 127.0.0.1 is, which can take seconds.
    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    # Clients keep their connections open, and a thread waits at each.
    def hang_up(self) -> None:
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # it has hung up itself
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    # A client that hangs up in the middle is no news.
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Connection(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Otherwise each response on a kept connection waits for the last one's receipt.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _respond(self) -> None:
        response = self.server.web_api.answer(self._request())
        self.server.web_api.pause(response.delay)
        self.send_response(response.status)
        for name, text in response.headers.items():
            self.send_header(name, text)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if response.is_cut:
            self.close_connection = True
            self.wfile.write(response.body[: len(response.body) // 2])
        else:
            self.wfile.write(response.body)

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): text for name, text in self.headers.items()}
        return Request(self.command, self.path, headers, self.rfile.read(length))
