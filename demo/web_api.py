"""A stand-in for the Spotify Web API: serves the invented world over HTTP on localhost."""

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
from demo.routes import Request, Response, ServerState, handle_request
from demo.world import World

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "Playlist", "WebApi"]


class WebApi:
    """A context manager that serves the playlists over HTTP in a thread.

    Set `fault` to simulate a fault. `requests` has the method and the path of each request. Port 0
    takes a free port.
    """

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
        self._state = ServerState(world, playlists, Renderer(shape, self.api_url))

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
        self._server.close_connections()
        self._server.server_close()
        self._thread.join()

    @property
    def accounts(self) -> Accounts:
        """The accounts service, with the tokens that it has issued."""
        return self._state.accounts

    @property
    def accounts_url(self) -> str:
        """The base URL of the accounts service."""
        return f"http://127.0.0.1:{self._server.server_port}/"

    @property
    def api_url(self) -> str:
        """The base URL of the Web API."""
        return f"{self.accounts_url}v1/"

    @property
    def world(self) -> World:
        """The world that is served."""
        return self._state.world

    @property
    def week(self) -> int:
        """The current week, whose chart the playlists show.

        Setting it raises IndexError where the world has no such week.
        """
        return self._state.week

    @week.setter
    def week(self, week: int) -> None:
        self._state.world.chart(week)  # raises IndexError
        self._state.week = week

    def answer(self, request: Request) -> Response:
        """The response to a request, with the fault applied. Tests override it."""
        self.requests.append((request.method, request.path))
        if self.fault:
            return self.fault.respond(self._state, request, handle_request)
        return handle_request(self._state, request)

    def delay(self, seconds: float) -> None:
        """Wait before a response. Closing the server ends the wait."""
        if seconds:
            self._closing.wait(seconds)


class _Server(ThreadingHTTPServer):
    # `server_close` waits for threads that are not daemons.
    daemon_threads = False

    def __init__(self, address: tuple[str, int], web_api: WebApi) -> None:
        self.web_api = web_api
        self._lock = Lock()
        self._connections: set[socket.socket] = set()
        super().__init__(address, _RequestHandler)

    # HTTPServer.server_bind does a reverse DNS lookup of 127.0.0.1, which can take seconds.
    def server_bind(self) -> None:
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    # Clients keep connections open, and the thread of each waits for the next request.
    def close_connections(self) -> None:
        with self._lock:
            for connection in self._connections:
                with suppress(OSError):  # the client has closed it
                    connection.shutdown(socket.SHUT_RDWR)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    # A client may close the connection before the response is complete.
    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _RequestHandler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # With Nagle's algorithm, responses wait for the acknowledgement of the previous packet.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._respond()

    def do_POST(self) -> None:
        self._respond()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _respond(self) -> None:
        response = self.server.web_api.answer(self._request())
        self.server.web_api.delay(response.delay)
        self.send_response(response.status)
        for name, value in response.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(response.body)))
        self.end_headers()
        if response.is_cut:
            self.close_connection = True
            self.wfile.write(response.body[: len(response.body) // 2])
        else:
            self.wfile.write(response.body)

    def _request(self) -> Request:
        length = int(self.headers.get("Content-Length", 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Request(self.command, self.path, headers, self.rfile.read(length))
