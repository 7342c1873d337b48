"""What goes wrong at Spotify, on demand: each fault as a client meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from demo.routes import Desk, Request, Response

Answer = Callable[[Desk, Request], Response]
Spoil = Callable[[Desk, Request, Answer, int], Response]
# A day, as Spotify has been seen to ask for when a quota is used up.
A_DAY = "86236"


@dataclass(slots=True)
class Fault:
    """What goes wrong in words, and what becomes of the request of a number from 1."""

    meaning: str
    spoil: Spoil


class Faulty:
    """Answers with a fault; `count` counts the requests to the Web API since it is on."""

    def __init__(self, name: str) -> None:
        self._fault = FAULTS[name]
        self._lock = Lock()
        self.count = 0

    def answer(self, desk: Desk, request: Request, answer: Answer) -> Response:
        """The answer that `answer` would give, or what the fault makes of it."""
        if not request.path.startswith("/v1/"):
            return answer(desk, request)
        with self._lock:
            self.count += 1
            number = self.count
        return self._fault.spoil(desk, request, answer, number)


def _editorial(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    is_playlist = request.path.startswith("/v1/playlists/37i9dQZ")
    return refusal(404, "Resource not found") if is_playlist else answer(desk, request)


def _forbidden(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    is_contents = request.path.endswith(("/items", "/tracks"))
    return refusal(403, "Forbidden") if is_contents else answer(desk, request)


def _rate_limit(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    if number % 2:
        return refusal(429, "API rate limit exceeded", {"Retry-After": "1"})
    return answer(desk, request)


def _quota(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    used_up = refusal(429, "Too many requests", {"Retry-After": A_DAY}, reason="QUOTA_EXCEEDED")
    return used_up if number > 1 else answer(desk, request)


def _server_errors(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    statuses = (500, 502, 503)
    if number % 4:
        return refusal(statuses[number % 3], "Server error")
    return answer(desk, request)


def _slow(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    return replace(answer(desk, request), delay=3600)


def _truncated(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    return replace(answer(desk, request), is_cut=bool(number % 2))


def _html(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    body = b"<!doctype html><title>Please log in to the network</title>"
    return Response(200, body, {"Content-Type": "text/html"})


def _token_expired(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    if number % 3 == 0:
        desk.accounts.tokens.clear()
    return answer(desk, request)


def _edited(desk: Desk, request: Request, answer: Answer, number: int) -> Response:
    response = answer(desk, request)
    if request.path.endswith(("/items", "/tracks")) and number <= 3:
        desk.edits += 1
    return response


def refusal(
    status: int, message: str, headers: dict[str, str] | None = None, **more: str
) -> Response:
    """A refusal as Spotify words it."""
    body = json.dumps({"error": {"status": status, "message": message, **more}}).encode()
    return Response(status, body, {"Content-Type": "application/json"} | (headers or {}))


FAULTS = {
    "editorial-404": Fault("Spotify's own charts are not found", _editorial),
    "forbidden-403": Fault("the contents of a playlist are for its owner alone", _forbidden),
    "rate-limit": Fault("every other request comes too soon", _rate_limit),
    "quota": Fault("the quota is used up after the first request", _quota),
    "server-errors": Fault("three requests of four fail", _server_errors),
    "slow": Fault("no answer comes", _slow),
    "truncated": Fault("every other answer breaks off", _truncated),
    "html-200": Fault("a proxy answers with its login page", _html),
    "token-expired": Fault("every third request finds the token ended", _token_expired),
    "edited-while-paging": Fault("the playlist is edited while it is first read", _edited),
}
