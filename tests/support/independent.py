"""An independent reader of raw files, in plain Python: it uses neither DuckDB nor `etl`."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

Row = dict[str, Any]


def read_songs(body: bytes) -> list[Row]:
    """The rows that the songs table must have for a raw file."""
    text = body.decode("utf-8-sig")
    if text.lstrip()[:1] in "{[":
        return _playlist(json.loads(text))
    return _chart(text)


def _playlist(document: Any) -> list[Row]:
    rows = []
    for number, entry in enumerate(_entries(document), 1):
        track = entry["item"] if entry.get("item") is not None else entry.get("track")
        rows.append({"position": number} | _track(track or {}))
    return rows


def _entries(document: Any) -> list[Row]:
    if isinstance(document, list):
        is_wrapped = len(document) == 1 and ("items" in document[0] or "tracks" in document[0])
        return _entries(document[0]) if is_wrapped else document
    if "pages" in document:
        return [entry for page in document["pages"] for entry in page["items"]]
    contents = document.get("items", document.get("tracks"))
    return contents if isinstance(contents, list) else contents["items"]


def _track(track: Row) -> Row:
    artists = track.get("artists")
    return {
        "song_id": track.get("id"),
        "song_name": track.get("name"),
        "album_id": (track.get("album") or {}).get("id"),
        "artist_ids": _artist_ids(artists),
        "artist_credit": ", ".join(artist["name"] for artist in artists) if artists else None,
        "duration_ms": track.get("duration_ms"),
        "is_explicit": track.get("explicit"),
        "streams": None,
        "label": None,
        "reported_previous": None,
    }


def _artist_ids(artists: list[Row] | None) -> list[str] | None:
    return None if artists is None else [artist["id"] for artist in artists if artist.get("id")]


def _chart(text: str) -> list[Row]:
    lines = list(csv.reader(io.StringIO(text, newline="")))
    header = next(index for index, line in enumerate(lines) if {"rank", "Position"} & set(line))
    rows = []
    for line in lines[header + 1 :]:
        cells = dict(zip(lines[header], line, strict=False))
        uri = cells.get("uri", cells.get("URL", ""))
        streams = cells.get("streams", cells.get("Streams"))
        previous = int(cells.get("previous_rank") or -1)
        rows.append(
            {
                "position": int(cells.get("rank", cells.get("Position", ""))),
                "song_id": uri.replace("/", ":").rpartition(":")[2],
                "song_name": cells.get("track_name", cells.get("Track Name")),
                "album_id": None,
                "artist_ids": None,
                "artist_credit": cells.get("artist_names", cells.get("Artist")),
                "duration_ms": None,
                "is_explicit": None,
                "streams": int(streams) if streams else None,
                "label": cells.get("source") or None,
                "reported_previous": previous if previous > 0 else None,
            }
        )
    return rows
