"""Saved responses of the Web API about a playlist, in every shape in which people keep them.

The parts that matter are cut out of the JSON as they stand; nothing else of it is decoded.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import Raw, Struct

from etl.errors import InvalidRawFile
from etl.sources.compression import unpacked
from etl.sources.raw_text import is_response
from etl.sources.spotify.shapes import page_of, read_artists, read_document, read_pages
from etl.wording import shortened

RULE = "a file that opens with { or [ is a playlist response in JSON"
_NONE = Raw(b"null")
_SMALL = 2**20
# An address in the Web API or on the web, or a URI, with or without the owner.
_PLAYLIST = re.compile(r"(?:^|[/:])playlists?[/:]([^/:?#]+)")


class _Object(Struct):
    """The members of a JSON object that may say something."""

    chart_id: Raw = _NONE
    captured_at: Raw = _NONE
    playlist: Raw = _NONE
    href: Raw = _NONE
    id: Raw = _NONE
    name: Raw = _NONE
    pages: Raw = _NONE
    artists: Raw = _NONE
    items: Raw = _NONE
    tracks: Raw = _NONE


_OBJECT = msgspec.json.Decoder(_Object)
_ELEMENTS = msgspec.json.Decoder(list[Raw])
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_LINE = msgspec.json.Decoder(Raw)


@dataclass(frozen=True, slots=True)
class Response:
    """A response: what it says of itself, and its pages and artists.

    `envelope_chart_id` and `captured_at` are those of a snapshot that chartlake took;
    `content_chart_id` is the playlist that the response itself names, and `chart_name` what it is
    called.
    """

    is_envelope: bool
    envelope_chart_id: str | None
    captured_at: str | None
    content_chart_id: str | None
    chart_name: str | None
    pages: Sequence[Any]
    artists: Sequence[Any]

    def read(self) -> tuple[list[Any], list[Any]]:
        """The pages and the artists, with what `sql/raw` declares of them.

        Raises InvalidRawFile where a page has no items, or a value is of the wrong type.
        """
        return read_pages(self.pages), read_artists(self.artists)


def response_in(body: bytes) -> Response | None:
    """The response that a raw file holds; None where it holds something else.

    Raises InvalidRawFile where the file cannot be unpacked, or as `read_response`.
    """
    body = unpacked(body)
    return read_response(body) if is_response(body) else None


def read_response(body: bytes) -> Response:
    """Read a response. Raises InvalidRawFile where it is not JSON, or not about one playlist."""
    try:
        response = _read(body.removeprefix(codecs.BOM_UTF8).strip())
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        response = None
    if response is None:
        raise InvalidRawFile(RULE, _instead_of_response(body))
    return response


def _instead_of_response(body: bytes) -> str:
    """What a file is that is no response, as far as a look at a small one shows."""
    unknown = "it is not JSON, or of no known shape"
    if len(body) > _SMALL:
        return unknown
    try:
        document = msgspec.json.decode(body.removeprefix(codecs.BOM_UTF8))
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return unknown
    members = [name[:60] for name in document] if isinstance(document, dict) else []
    what = "it has no pages or entries of a playlist"
    return f"{what}, but {shortened(members)}" if members else what


def _read(body: bytes) -> Response | None:
    if body[:1] == b'"':
        return _read(msgspec.json.decode(body, type=str).encode().strip())
    if body[:1] == b"[":
        return _from_elements(_ELEMENTS.decode(body))
    if response := _from_document(body):
        return response
    try:
        return _from_object(body)
    except msgspec.DecodeError:
        return _from_elements(_LINE.decode_lines(body))


def _from_document(body: bytes) -> Response | None:
    """The response, where all that is known of it has the type that it should; nearly all do."""
    found = read_document(body)
    if found is None:
        return None
    if found.pages is not None:
        playlist = found.playlist
        response = Response(
            True,
            found.chart_id,
            found.captured_at,
            (playlist and playlist.id) or _id_in_address(found.href),
            _words(playlist and playlist.name),
            found.pages,
            found.artists or (),
        )
    elif isinstance(found.items, list):
        response = _response(_id_in_address(found.href), None, page_of(found))
    else:
        page = found.tracks if found.items is None else found.items
        chart_id = _id_in_address(found.href) or found.id
        response = _response(chart_id, _words(found.name), page)
    is_whole = all(page is not None and page.items is not None for page in response.pages)
    return response if is_whole else None


def _from_object(body: bytes | Raw) -> Response | None:
    found = _OBJECT.decode(body)
    if _is_array(found.pages):
        playlist = _OBJECT.decode(found.playlist) if _is_object(found.playlist) else _Object()
        return Response(
            True,
            _stated(found.chart_id, "chart_id"),
            _stated(found.captured_at, "captured_at"),
            _text(playlist.id) or _id_in_address(_text(found.href)),
            _words(_text(playlist.name)),
            _ELEMENTS.decode(found.pages),
            _ELEMENTS.decode(found.artists) if _is_array(found.artists) else (),
        )
    if _is_array(found.items):
        return _response(_id_in_address(_text(found.href)), None, Raw(body))
    for contents in (found.items, found.tracks):
        if _is_object(contents):
            chart_id = _id_in_address(_text(found.href)) or _text(found.id)
            return _response(chart_id, _words(_text(found.name)), contents)
    return None


def _from_elements(elements: Sequence[Raw]) -> Response | None:
    """A list of pages, or of whole playlists with a page each, or else of entries."""
    found = [_from_object(one) if _is_object(one) else None for one in elements]
    pages = [one for one in found if one]
    if not pages:
        _refuse_records(elements)
        return _response(None, None, Raw(b'{"items":[%b]}' % b",".join(elements)))
    if len(pages) < len(elements) or any(one.is_envelope for one in pages):
        raise InvalidRawFile(RULE, "it is a list of pages and something else")
    charts = {one.content_chart_id for one in pages if one.content_chart_id}
    if len(charts) > 1:
        raise InvalidRawFile("a playlist response is about one playlist", *sorted(charts))
    name = next((one.chart_name for one in pages if one.chart_name), None)
    return _response(next(iter(charts), None), name, *(page for one in pages for page in one.pages))


def _refuse_records(elements: Sequence[Raw]) -> None:
    """Refuse a list of records that have a rank, which no entry of a playlist has."""
    names = list(_MEMBERS.decode(elements[0])) if elements and _is_object(elements[0]) else []
    if "rank" in names:
        raise InvalidRawFile(
            RULE,
            f"it is a table, with {shortened(names)}; chartlake land takes flat records that name"
            " date and market, or the chart with --chart, in at most 16 MiB; save more as CSV",
        )


def _response(chart_id: str | None, name: str | None, *pages: Any) -> Response:
    return Response(False, None, None, chart_id, name, pages, ())


def _words(text: str | None) -> str | None:
    return " ".join((text or "").split()) or None


def _id_in_address(address: str | None) -> str | None:
    match = _PLAYLIST.search(address or "")
    return match[1] if match else None


def _text(value: Raw) -> str | None:
    return msgspec.json.decode(value, type=str) if memoryview(value)[0] == ord('"') else None


def _stated(value: Raw, member: str) -> str | None:
    if bytes(value) == b"null":
        return None
    text = _text(value)
    if text is None:
        shown = bytes(value)[:100].decode(errors="replace")
        raise InvalidRawFile(f"the {member} of an envelope is a text", f"it is {shown}")
    return text


def _is_array(value: Raw) -> bool:
    return memoryview(value)[0] == ord("[")


def _is_object(value: Raw) -> bool:
    return memoryview(value)[0] == ord("{")
