"""Faults of the Spotify Web API that the stand-in can simulate, one at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock

from demo.routes import Request, Response, ServerState

Handler = Callable[[ServerState, Request], Response]
# Receives also the handler without the fault, and the number of the request, from 1.
FaultyHandler = Callable[[ServerState, Request, Handler, int], Response]

# About a day, as Spotify has been seen to send when a quota is used up. In seconds.
_QUOTA_RETRY_AFTER = "86236"


@dataclass(slots=True)
class Fault:
    """A fault: what it means, in words, and the handler that simulates it."""

    meaning: str
    respond: FaultyHandler


class Faulty:
    """Simulates the fault with that name. `count` is the number of Web API requests so far."""

    def __init__(self, name: str) -> None:
        self._fault = FAULTS[name]
        self._lock = Lock()
        self.count = 0

    def respond(self, state: ServerState, request: Request, handler: Handler) -> Response:
        """The response of `handler` as the fault changes it.

        Requests to the accounts service are not affected.
        """
        if not request.path.startswith("/v1/"):
            return handler(state, request)
        with self._lock:
            self.count += 1
            number = self.count
        return self._fault.respond(state, request, handler, number)


def refusal(
    status: int, message: str, headers: dict[str, str] | None = None, **details: str
) -> Response:
    """An error response in Spotify's format. `details` are more fields of the error."""
    body = json.dumps({"error": {"status": status, "message": message, **details}}).encode()
    return Response(status, body, {"Content-Type": "application/json"} | (headers or {}))


def _editorial(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    is_editorial = request.path.startswith("/v1/playlists/37i9dQZ")
    return refusal(404, "Resource not found") if is_editorial else handler(state, request)


def _forbidden(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    return refusal(403, "Forbidden") if _is_page(request) else handler(state, request)


def _rate_limit(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    if number % 2:
        return refusal(429, "API rate limit exceeded", {"Retry-After": "1"})
    return handler(state, request)


def _quota(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    if number > 1:
        headers = {"Retry-After": _QUOTA_RETRY_AFTER}
        return refusal(429, "Too many requests", headers, reason="QUOTA_EXCEEDED")
    return handler(state, request)


def _server_errors(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    statuses = (500, 502, 503)
    if number % 4:
        return refusal(statuses[number % 3], "Server error")
    return handler(state, request)


def _slow(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    return replace(handler(state, request), delay=3600)


def _truncated(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    return replace(handler(state, request), is_cut=bool(number % 2))


def _html(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    body = b"<!doctype html><title>Please log in to the network</title>"
    return Response(200, body, {"Content-Type": "text/html"})


def _token_expired(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    if number % 3 == 0:
        state.accounts.tokens.clear()
    return handler(state, request)


def _edited(state: ServerState, request: Request, handler: Handler, number: int) -> Response:
    response = handler(state, request)
    if _is_page(request) and number <= 3:
        state.edits += 1
    return response


def _is_page(request: Request) -> bool:
    return request.path.endswith(("/items", "/tracks"))


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
