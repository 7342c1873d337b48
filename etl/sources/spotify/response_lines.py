"""Responses as lines of JSON for DuckDB, each distinct track once."""

from __future__ import annotations

from typing import Any, BinaryIO

import msgspec
from msgspec import Struct

from etl.sources.spotify.responses import Response

# How much of what was written is remembered. A track that comes again later is written again.
_REMEMBERED_BYTES = 8 * 2**20
_ENCODER = msgspec.json.Encoder()


class _Entry(Struct, omit_defaults=True, gc=False):
    """An entry of a playlist with the number of its track, as `sql/raw` declares it."""

    added_at: str | None
    is_local: bool | None
    popularity: int | None = None
    track_number: int | None = None


class ResponseLines:
    """Writes a line for each response, and one for each track that has not been written yet.

    From one snapshot of a chart to the next, most of its tracks stay. So they are parsed once.
    Their lengths are in `bytes_of_responses` and `bytes_of_tracks`.
    """

    def __init__(self, responses: BinaryIO, tracks: BinaryIO) -> None:
        self._responses, self._tracks = responses, tracks
        self._numbers: dict[bytes, int] = {}
        self._written = self._remembered = 0
        self.bytes_of_responses = self.bytes_of_tracks = 0

    def add(self, file_number: int, response: Response) -> None:
        """Write a response, which is used up. Raises InvalidRawFile as `Response.read`.

        Of a response that is refused, nothing is written.
        """
        pages, artists = response.read()
        for page in pages:
            page.items = [self._entry(item) for item in page.items]
        line = b'{"file_number":%d,"pages":%b,"artists":%b}\n' % (
            file_number,
            _ENCODER.encode(pages),
            _ENCODER.encode(artists),
        )
        self.bytes_of_responses += self._responses.write(line)

    def _entry(self, item: Any) -> _Entry | None:
        if item is None:
            return None
        track = item.track if item.item is None else item.item
        if track is None:
            return _Entry(item.added_at, item.is_local)
        # Popularity changes from day to day, and little else does.
        popularity, track.popularity = track.popularity, None
        return _Entry(item.added_at, item.is_local, popularity, self._number(track))

    def _number(self, track: Any) -> int:
        encoded = _ENCODER.encode(track)
        number = self._numbers.get(encoded)
        if number is None:
            number = self._written
            line = b'{"track_number":%d,"track":%b}\n' % (number, encoded)
            self.bytes_of_tracks += self._tracks.write(line)
            self._written += 1
            self._remember(encoded, number)
        return number

    def _remember(self, encoded: bytes, number: int) -> None:
        self._remembered += len(encoded)
        if self._remembered > _REMEMBERED_BYTES:
            self._numbers.clear()
            self._remembered = len(encoded)
        self._numbers[encoded] = number
