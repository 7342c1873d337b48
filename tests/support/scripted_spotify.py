"""A server that answers as it is told to, and a client that asks it for a chart."""

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
SILENCE = 0.8


class Answer(NamedTuple):
    """One answer; without a status the connection is dropped, late if `delay` says so."""

    status: int | None
    headers: dict[str, str]
    body: bytes
    delay: float = 0


@dataclass
class Script:
    """What is answered, the last answer for ever; and what has been asked."""

    answers: list[Answer]
    login: Answer
    asked: list[str] = field(default_factory=list)


@contextmanager
def scripted(*answers: Answer, login: Answer | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serve the answers in turn; gives the address, and the list of what is asked."""
    token = answer(200, {"access_token": TOKEN, "expires_in": 3600})
    script = Script(list(answers), login or token)
    with _Server(script) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/", script.asked
        finally:
            server.shutdown()
            thread.join()


def answer(status: int | None, content: object = "", delay: float = 0, **headers: str) -> Answer:
    """An answer with the content as JSON, or with bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    return Answer(status, {name.replace("_", "-"): v for name, v in headers.items()}, body, delay)


def refusal(status: int, *, retry_after: str | None = None, **more: object) -> Answer:
    """An error as Spotify words it."""
    error = {"status": status, "message": "Some words", **more}
    if retry_after is None:
        return answer(status, {"error": error})
    return answer(status, {"error": error}, Retry_After=retry_after)


def settings_for(url: str, secret: str = CLIENT_SECRET) -> Settings:
    """Settings that lead to the address and to nowhere else."""
    return load_settings(
        SPOTIPY_CLIENT_ID=CLIENT_ID,
        SPOTIPY_CLIENT_SECRET=secret,
        spotify_api_url=f"{url}v1",
        spotify_accounts_url=url,
    )


def take(
    url: str, chart_id: str, secret: str = CLIENT_SECRET, slept: list[float] | None = None
) -> Playlist:
    """The chart, asked for with little patience; how long it should have slept is told."""
    settings, sleeps = settings_for(url, secret), slept if slept is not None else []
    timeout = (2, SILENCE / 2)
    with open_spotify(settings, timeout=timeout, backoff=0, sleep=sleeps.append) as spotify:
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
        script.asked.append(self.path)
        self._send(script.answers.pop(0) if len(script.answers) > 1 else script.answers[0])

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _send(self, given: Answer) -> None:
        self.close_connection = True
        sleep(given.delay)
        if given.status is None:
            return
        self.send_response(given.status)
        headers = {"Content-Length": str(len(given.body)), "Connection": "close"}
        for name, text in (headers | given.headers).items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(given.body)
