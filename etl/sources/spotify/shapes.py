"""The shape of responses: `sql/raw` declares it, DuckDB reads by it, and here it is checked.

DuckDB alone would take an object for its text and round a fraction. No such value is published: it
costs the file. A whole number may be written as text.
"""

from __future__ import annotations

import json
from functools import cache
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
_ELEMENTS = msgspec.json.Decoder(list[Raw])


def check_pages(pages: bytes) -> None:
    """Check the pages of a response, a JSON array.

    Raises InvalidRawFile where one has no items, or where a value does not have its type.
    """
    for number, page in enumerate(_ELEMENTS.decode(pages), 1):
        checked = _checked("page", page, f"page {number}")
        if checked is None or checked.items is None:
            raise InvalidRawFile("each page of a playlist has items", f"page {number} has none")


def check_artists(artists: bytes) -> None:
    """Check the artists of a response, a JSON array. Raises InvalidRawFile as for pages."""
    for number, artist in enumerate(_ELEMENTS.decode(artists), 1):
        _checked("artist", artist, f"artist {number}")


def _checked(structure: str, value: Raw, place: str) -> Any:
    try:
        return _decoder(structure).decode(value)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidRawFile(RULE, f"{place}: {error}") from None


@cache
def _decoder(structure: str) -> msgspec.json.Decoder[Any]:
    declared = json.loads(structures()[structure])
    return msgspec.json.Decoder(_type(declared, structure), strict=False)


def _type(declared: Any, name: str) -> Any:
    """The Python type of a declared structure; any value may be absent or null."""
    if isinstance(declared, str):
        return _TYPES[declared] | None
    if isinstance(declared, list):
        return list[_type(declared[0], name)] | None  # type: ignore[misc]
    members = [(member, _type(inner, member), None) for member, inner in declared.items()]
    return msgspec.defstruct(name, members) | None
