"""Saved responses of the Web API about a playlist, in every shape in which people keep them.

The parts that matter are cut out of the JSON as they stand; nothing else of it is decoded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import msgspec
from msgspec import Raw, Struct

from etl.errors import InvalidRawFile

RULE = "a file that opens with { or [ is a playlist response in JSON"
_NONE = Raw(b"null")
_PLAYLIST_URL = re.compile(r"playlists/([^/?]+)")


class _Object(Struct):
    """The members of a JSON object that may say something."""

    chart_id: Raw = _NONE
    captured_at: Raw = _NONE
    playlist: Raw = _NONE
    href: Raw = _NONE
    id: Raw = _NONE
    pages: Raw = _NONE
    artists: Raw = _NONE
    items: Raw = _NONE
    tracks: Raw = _NONE


_OBJECT = msgspec.json.Decoder(_Object)
_ELEMENTS = msgspec.json.Decoder(list[Raw])


@dataclass(frozen=True, slots=True)
class Response:
    """A response: what it says of itself, and its pages and artists, each as a JSON array.

    `envelope_chart_id` and `captured_at` are those of a snapshot that chartlake took;
    `content_chart_id` is the playlist that the response itself names.
    """

    is_envelope: bool
    envelope_chart_id: str | None
    captured_at: str | None
    content_chart_id: str | None
    pages: bytes
    artists: bytes

    def to_json(self) -> bytes:
        """The pages and artists as one JSON object, whatever the shape of the response was."""
        return b'{"pages":' + self.pages + b',"artists":' + self.artists + b"}"


def read_response(body: bytes) -> Response:
    """Read a response. Raises InvalidRawFile where it is not JSON, or not about a playlist."""
    try:
        response = _from_object(body) if body.lstrip()[:1] == b"{" else _from_array(body)
    except (msgspec.MsgspecError, RecursionError):
        response = None
    if response is None:
        raise InvalidRawFile(RULE, "it is not JSON, or of no known shape")
    return response


def _from_object(body: bytes | Raw) -> Response | None:
    found = _OBJECT.decode(body)
    if _is_array(found.pages):
        return Response(
            True,
            _text(found.chart_id),
            _text(found.captured_at),
            _playlist_id(found.playlist) or _id_in_url(found.href),
            bytes(found.pages),
            bytes(found.artists) if _is_array(found.artists) else b"[]",
        )
    if _is_array(found.items):
        return _response(_id_in_url(found.href), bytes(body))
    for contents in (found.items, found.tracks):
        if _is_object(contents):
            return _response(_id_in_url(found.href) or _text(found.id), bytes(contents))
    return None


def _from_array(body: bytes) -> Response | None:
    elements = _ELEMENTS.decode(body)
    if len(elements) == 1 and _is_object(elements[0]):
        response = _from_object(elements[0])
        if response and not response.is_envelope:
            return response
    first = elements[0] if elements else _NONE
    chart_id = _id_in_url(_OBJECT.decode(first).href) if _is_object(first) else None
    return _response(chart_id, b'{"items":' + body + b"}")


def _response(chart_id: str | None, page: bytes) -> Response:
    return Response(False, None, None, chart_id, b"[" + page + b"]", b"[]")


def _playlist_id(playlist: Raw) -> str | None:
    return _text(_OBJECT.decode(playlist).id) if _is_object(playlist) else None


def _id_in_url(url: Raw) -> str | None:
    match = _PLAYLIST_URL.search(_text(url) or "")
    return match[1] if match else None


def _text(value: Raw) -> str | None:
    return msgspec.json.decode(value, type=str) if memoryview(value)[0] == ord('"') else None


def _is_array(value: Raw) -> bool:
    return memoryview(value)[0] == ord("[")


def _is_object(value: Raw) -> bool:
    return memoryview(value)[0] == ord("{")
