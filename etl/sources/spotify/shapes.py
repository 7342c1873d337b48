"""The shapes of responses that `sql/raw` declares, as types that check what they read.

What is not declared is left out, which is most of a response. DuckDB alone would take an object for
its text and round a fraction. No such value is published: it costs the file. A whole number may be
written as text.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw

from etl.database import structures
from etl.errors import InvalidRawFile

RULE = "the values in a playlist response have the types that Spotify documents"

_TYPES: dict[str, Any] = {
    "VARCHAR": str,
    "BOOLEAN": bool,
    "INTEGER": Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)],
    "BIGINT": Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)],
}


# msgspec crashes where a thread uses a type while another one builds it.
_BUILDING = Lock()


def read_pages(pages: Sequence[Any]) -> list[Any]:
    """The pages of a response with what `sql/raw` declares of them; raw ones are read.

    Raises InvalidRawFile where a page has no items, or where a value does not have its type.
    """
    read = _read("page", pages)
    for number, page in enumerate(read, 1):
        if page is None or page.items is None:
            raise InvalidRawFile("each page of a playlist has items", f"page {number} has none")
    return read


def read_artists(artists: Sequence[Any]) -> list[Any]:
    """The artists of a response, as `read_pages` has the pages."""
    return _read("artist", artists)


def read_document(body: bytes) -> Any | None:
    """What chartlake knows of a response, read in one pass; None where a value has another type.

    An envelope has `pages`. A playlist has a page in `tracks` or `items`. A page has its entries in
    `items`. Each of these may be None.
    """
    with _BUILDING:
        decoder = _document_decoder()
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeEncodeError, RecursionError):
        return None


def page_of(document: Any) -> Any:
    """The page that a document is."""
    return _type("page")(
        items=document.items, next=document.next, offset=document.offset, total=document.total
    )


def _read(structure: str, values: Sequence[Any]) -> list[Any]:
    if not values or not isinstance(values[0], Raw):
        return list(values)
    with _BUILDING:
        decoder = _decoder(structure)
    try:
        read: list[Any] = decoder.decode(b"[%b]" % b",".join(values))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRawFile(RULE, f"{structure}s: {error}") from None
    return read


@cache
def _decoder(structure: str) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(list[_type(structure) | None], strict=False)  # type: ignore[misc]


@cache
def _document_decoder() -> msgspec.json.Decoder[Any]:
    page, artist = _type("page"), _type("artist")
    types = {field.name: field.type for field in msgspec.structs.fields(page)}
    members = {
        **dict.fromkeys(("chart_id", "captured_at", "href", "id", "name"), str),
        "playlist": msgspec.defstruct("playlist", _optional(id=str, name=str)),
        "pages": list[page | None],  # type: ignore[valid-type]
        "artists": list[artist | None],  # type: ignore[valid-type]
        "tracks": page,
        # What a page has.
        "items": types["items"] | page,
        **{name: types[name] for name in ("next", "offset", "total")},
    }
    document = msgspec.defstruct("document", _optional(**members))
    return msgspec.json.Decoder(document, strict=False)


def _optional(**members: Any) -> list[tuple[str, Any, None]]:
    return [(name, kind | None, None) for name, kind in members.items()]


@cache
def _type(structure: str) -> Any:
    return _struct(structures()[structure], structure)


@cache
def _struct(declared: str, name: str) -> Any:
    """The type of a JSON object; any of its members may be absent or null."""
    members = {member: _member(inner, name) for member, inner in json.loads(declared).items()}
    # What comes from JSON has no cycles to look for.
    return msgspec.defstruct(name, _optional(**members), omit_defaults=True, gc=False)


def _member(declared: Any, name: str) -> Any:
    if isinstance(declared, str):
        return _TYPES[declared]
    if isinstance(declared, list):
        return list[_member(declared[0], name) | None]  # type: ignore[misc]
    return _struct(json.dumps(declared), name)
