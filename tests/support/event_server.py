"""An HTTP server that keeps the requests it receives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple


class ReceivedRequest(NamedTuple):
    """A request with its body, parsed as JSON."""

    path: str
    headers: dict[str, str]
    body: Any


class Receiver(ThreadingHTTPServer):
    """Responds to each POST with `status`, and keeps the request in `received`."""

    daemon_threads = False

    def __init__(self, status: int) -> None:
        self.status = status
        self.received: list[ReceivedRequest] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """The base URL of the server."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def event_receiver(status: int = 204) -> Iterator[Receiver]:
    """Run a receiver on a free port."""
    with Receiver(status) as receiver:
        thread = Thread(target=receiver.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            receiver.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.received.append(ReceivedRequest(self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass
