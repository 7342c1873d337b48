"""Made-up raw files: responses of the Web API in all their shapes, and chart files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

PLAYLIST = "3cEYpjA9oz9GiPac4AsH4n"
BASE = "https://api.spotify.com/v1/"


def track(number: int, **fields: Any) -> dict[str, Any]:
    """A track object. Its ids end with the number."""
    return {
        "id": f"song{number:04d}",
        "uri": f"spotify:track:song{number:04d}",
        "name": f"Song {number}",
        "type": "track",
        "track": True,
        "is_local": False,
        "duration_ms": 180_000 + number,
        "explicit": number % 2 == 0,
        "popularity": 50,
        "external_ids": {"isrc": f"QZABC26{number:05d}"},
        "external_urls": {"spotify": f"https://open.spotify.com/track/song{number:04d}"},
        "artists": [artist(number)],
        "album": album(number),
    } | fields


def artist(number: int, **fields: Any) -> dict[str, Any]:
    """A simplified artist object."""
    return {
        "id": f"artist{number:04d}",
        "name": f"Artist {number}",
        "type": "artist",
        "external_urls": {"spotify": f"https://open.spotify.com/artist/artist{number:04d}"},
    } | fields


def album(number: int, **fields: Any) -> dict[str, Any]:
    """A simplified album object."""
    return {
        "id": f"album{number:04d}",
        "name": f"Album {number}",
        "album_type": "single",
        "release_date": "2026-01-30",
        "release_date_precision": "day",
        "total_tracks": 1,
        "external_urls": {"spotify": f"https://open.spotify.com/album/album{number:04d}"},
        "artists": [artist(number)],
    } | fields


def entry(item: dict[str, Any] | None, key: str = "track", **fields: Any) -> dict[str, Any]:
    """An entry of a playlist, with its track under `key`: `track`, or `item` since 2026."""
    return {"added_at": "2026-01-02T06:00:00Z", "is_local": False, key: item} | fields


def page(
    entries: Sequence[dict[str, Any] | None], chart_id: str = PLAYLIST, **fields: Any
) -> dict[str, Any]:
    """A page of a playlist."""
    return {
        "href": f"{BASE}playlists/{chart_id}/tracks?offset=0&limit=100",
        "items": entries,
        "limit": 100,
        "next": None,
        "offset": 0,
        "previous": None,
        "total": len(entries),
    } | fields


def songs(*numbers: int) -> list[dict[str, Any]]:
    """The entries of the tracks with these numbers."""
    return [entry(track(number)) for number in numbers]


def envelope(
    *pages: dict[str, Any] | None, at: str, chart_id: str = PLAYLIST, **fields: Any
) -> bytes:
    """A snapshot as chartlake lands it."""
    return as_json(
        {
            "source": "spotify-web-api",
            "chart_id": chart_id,
            "captured_at": at,
            "playlist": {"id": chart_id, "name": "Made up"},
            "pages": list(pages),
            "artists": [],
        }
        | fields
    )


def as_json(document: Any) -> bytes:
    """The document as JSON, as Spotify sends it."""
    return json.dumps(document, ensure_ascii=False).encode()


WEEKLY = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,weeks_on_chart,streams"


def chart_row(rank: int, song: int, **fields: Any) -> dict[str, Any]:
    """A row of a chart file, by column name."""
    return {
        "rank": rank,
        "uri": f"spotify:track:song{song:04d}",
        "artist_names": f"Artist {song}",
        "track_name": f"Song {song}",
        "source": "Label",
        "peak_rank": rank,
        "previous_rank": -1,
        "weeks_on_chart": 1,
        "days_on_chart": 1,
        "streams": 1_000_000 - rank,
    } | fields


def chart_file(
    rows: list[dict[str, Any]], header: str = WEEKLY, *, bom: bool = True, newline: str = "\r\n"
) -> bytes:
    """A chart file as Spotify's site serves it: with BOM and CRLF, text and streams quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=newline, quoting=csv.QUOTE_NONNUMERIC)
    for row in rows:
        values = [row.get(name, "") for name in header.split(",")]
        writer.writerow([*values[:-1], str(values[-1])])
    return (b"\xef\xbb\xbf" if bom else b"") + (header + newline + text.getvalue()).encode()
