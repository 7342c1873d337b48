"""A stand-in for Spotify that sends scripted replies, and a client for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import sleep
from typing import NamedTuple

from demo.web_api import CLIENT_ID, CLIENT_SECRET
from etl.settings import Settings, load_settings
from etl.sources.spotify.client import open_spotify
from etl.sources.spotify.playlists import Playlist

TOKEN = "a-token-that-nobody-may-see"
READ_TIMEOUT = 0.4


class Reply(NamedTuple):
    """An HTTP response, sent after `delay` seconds; without a status, the connection is dropped."""

    status: int | None
    headers: dict[str, str]
    body: bytes
    delay: float = 0


@dataclass
class Script:
    """The replies, of which the last is repeated, and the paths requested so far."""

    replies: list[Reply]
    login: Reply
    requested: list[str] = field(default_factory=list)


@contextmanager
def scripted_server(*replies: Reply, login: Reply | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve the replies in turn; yields the base URL and the list of requested paths."""
    token = reply(200, {"access_token": TOKEN, "expires_in": 3600})
    script = Script(list(replies), login or token)
    with _Server(script) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", script.requested
        finally:
            server.shutdown()
            thread.join()


def reply(status: int | None, content: object = "", delay: float = 0, **headers: str) -> Reply:
    """A reply with the content as JSON; bytes are sent as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status, named, body, delay)


def error_reply(status: int, *, retry_after: str | None = None, **details: object) -> Reply:
    """An error in Spotify's format."""
    error = {"status": status, "message": "Some words", **details}
    if retry_after is None:
        return reply(status, {"error": error})
    return reply(status, {"error": error}, Retry_After=retry_after)


def settings_for(url: str, secret: str = CLIENT_SECRET) -> Settings:
    """Settings with both of Spotify's base URLs below this one."""
    return load_settings(
        SPOTIPY_CLIENT_ID=CLIENT_ID,
        SPOTIPY_CLIENT_SECRET=secret,
        spotify_api_url=f"{url}v1",
        spotify_accounts_url=url,
    )


def fetch_playlist(
    url: str, chart_id: str, secret: str = CLIENT_SECRET, sleeps: list[float] | None = None
) -> Playlist:
    """Read the playlist with a short timeout; the client's waits are added to `sleeps` instead."""
    recorded = sleeps if sleeps is not None else []
    timeout = (2, READ_TIMEOUT)
    settings = settings_for(url, secret)
    with open_spotify(settings, timeout=timeout, backoff=0, sleep=recorded.append) as spotify:
        return spotify.playlist(chart_id)


class _Server(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, script: Script) -> None:
        self.script = script
        super().__init__(("127.0.0.1", 0), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._send(self.server.script.login)

    def do_GET(self) -> None:
        script = self.server.script
        script.requested.append(self.path)
        self._send(script.replies.pop(0) if len(script.replies) > 1 else script.replies[0])

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _send(self, reply: Reply) -> None:
        self.close_connection = True
        sleep(reply.delay)
        if reply.status is None:
            return
        self.send_response(reply.status)
        headers = {"Content-Length": str(len(reply.body)), "Connection": "close"}
        for name, value in (headers | reply.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(reply.body)
