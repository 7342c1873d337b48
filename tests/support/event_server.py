"""Whoever is told something over HTTP, and remembers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, NamedTuple


class Told(NamedTuple):
    """One request: where to, with which headers, and its body, read as JSON."""

    path: str
    headers: dict[str, str]
    body: Any


class Receiver(ThreadingHTTPServer):
    """Answers every POST with `status`, and keeps what it was told."""

    daemon_threads = False

    def __init__(self, status: int) -> None:
        self.status = status
        self.told: list[Told] = []
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"http://127.0.0.1:{self.server_port}"


@contextmanager
def receiving(status: int = 204) -> Iterator[Receiver]:
    """A receiver at a free port, until it is no longer needed."""
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
        self.server.told.append(Told(self.path, dict(self.headers), body))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        pass
