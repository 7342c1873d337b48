"""Saved responses: the raw files that came through the Web API, in all zones, and of when they are.

Their content tells. What is of no use, such as text in UTF-16, may have come through it, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from etl.errors import InvalidRawFile, ObjectMissing
from etl.lake import Lake, in_parallel
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, listed_name
from etl.pipeline.identify import identify
from etl.pipeline.stage import raw_name
from etl.sources.compression import unpacked
from etl.sources.raw_text import in_utf8, looks_like_response
from etl.sources.spotify.responses import response_in

ZONES = (PENDING, PROCESSED, QUARANTINE)


@dataclass(frozen=True, slots=True)
class SavedResponse:
    """A raw file that came through the Web API, and the time of what is in it.

    `file` are the name and SHA-256 with which a manifest lists it, and `versions` those of its
    object and of the reason beside it.
    """

    key: str
    file: tuple[str, str]
    moment: datetime
    versions: Mapping[str, str]


def saved_responses(lake: Lake) -> list[SavedResponse]:
    """The raw files in the lake that came through the Web API."""
    versions = {stored.key: stored.version for zone in ZONES for stored in lake.list(zone)}
    raw_files = [key for key in versions if not key.endswith(REASON_SUFFIX)]
    found = in_parallel(partial(_saved_response, lake, versions), raw_files)
    return [response for response in found if response]


def _saved_response(lake: Lake, versions: Mapping[str, str], key: str) -> SavedResponse | None:
    try:
        blob = lake.read(key)
        body = in_utf8(unpacked(blob.body))
    except ObjectMissing:
        return None  # another run moved it
    except InvalidRawFile:
        return None  # nothing can be told of a packed file that is damaged
    if not looks_like_response(body):
        return None
    name = listed_name(raw_name(key))
    return SavedResponse(
        key,
        (name, hashlib.sha256(blob.body).hexdigest()),
        _moment(name, body, blob.landed_at),
        {one: versions[one] for one in (key, key + REASON_SUFFIX) if one in versions},
    )


def _moment(name: str, body: bytes, landed_at: datetime) -> datetime:
    try:
        response = response_in(body)
    except InvalidRawFile:
        response = None
    return identify(name, response, landed_at).snapshot_at or landed_at
