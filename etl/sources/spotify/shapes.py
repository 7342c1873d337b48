"""The shape of responses: `sql/raw` declares it, and DuckDB reads by it what is written here.

What is not declared is left out, which is most of a response. DuckDB alone would take an object for
its text and round a fraction. No such value is published: it costs the file. A whole number may be
written as text.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from etl.database import structures
from etl.errors import InvalidRawFile

RULE = "the values in a playlist response have the types that Spotify documents"

_TYPES: dict[str, Any] = {
    "VARCHAR": str,
    "BOOLEAN": bool,
    "INTEGER": Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)],
    "BIGINT": Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)],
}
_ENCODER = msgspec.json.Encoder()


def reduced_pages(pages: bytes) -> bytes:
    """The pages of a response, a JSON array, with what `sql/raw` declares of them.

    Raises InvalidRawFile where a page has no items, or where a value does not have its type.
    """
    read = _read("page", pages)
    for number, page in enumerate(read, 1):
        if page is None or page.items is None:
            raise InvalidRawFile("each page of a playlist has items", f"page {number} has none")
    return _ENCODER.encode(read)


def reduced_artists(artists: bytes) -> bytes:
    """The artists of a response, a JSON array, as `reduced_pages` has the pages."""
    return _ENCODER.encode(_read("artist", artists))


def _read(structure: str, values: bytes) -> list[Any]:
    try:
        read: list[Any] = _decoder(structure).decode(values)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRawFile(RULE, f"{structure}s: {error}") from None
    return read


@cache
def _decoder(structure: str) -> msgspec.json.Decoder[Any]:
    declared = json.loads(structures()[structure])
    return msgspec.json.Decoder(_type([declared], structure), strict=False)


def _type(declared: Any, name: str) -> Any:
    """The Python type of a declared structure; any value may be absent or null."""
    if isinstance(declared, str):
        return _TYPES[declared] | None
    if isinstance(declared, list):
        return list[_type(declared[0], name)] | None  # type: ignore[misc]
    members = [(member, _type(inner, member), None) for member, inner in declared.items()]
    return msgspec.defstruct(name, members, omit_defaults=True) | None
