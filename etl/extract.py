"""Extract: take a snapshot from Spotify, or from a file, and land it untouched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from etl.errors import PublishConflict, Refused
from etl.lake import Lake, open_lake
from etl.snapshot import PENDING, identify, landing_name

if TYPE_CHECKING:
    from etl.settings import Settings


@dataclass(frozen=True, slots=True)
class Landing:
    """A snapshot that has landed: its key in the lake, and what it holds."""

    key: str
    name: str
    chart_id: str
    snapshot_at: datetime
    entries: int


def land_chart(settings: Settings, chart_id: str, now: datetime | None = None) -> Landing:
    """Take the playlist `chart_id` through the Web API as it is now, and land it."""
    from etl.spotify import open_spotify

    with open_spotify(settings) as spotify:
        playlist = spotify.playlist(chart_id)
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    envelope = {
        "source": "spotify-web-api",
        "chart_id": chart_id,
        "captured_at": moment.isoformat().replace("+00:00", "Z"),
        "playlist": playlist.metadata,
        "pages": list(playlist.pages),
        "artists": [],
    }
    name = landing_name(chart_id, moment)
    body = json.dumps(envelope, ensure_ascii=False).encode()
    open_lake(settings.lake).write(PENDING + name, body)
    entries = sum(len(page.get("items") or ()) for page in playlist.pages)
    return Landing(PENDING + name, name, chart_id, moment, entries)


def land_file(
    lake: Lake,
    path: Path,
    chart_id: str | None = None,
    snapshot_at: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Land a file, its bytes untouched, and return the name under which it lies there.

    What is stated outranks what name and content say; where the chart alone is stated, the
    time is the one in the file's name, or else `now`. Nothing that is pending is overwritten.
    Raises Refused where the file cannot be read or says itself what is stated otherwise.
    """
    body = _read(path)
    if chart_id or snapshot_at:
        _refuse_envelope(body, path)
    name = _name(path.name, body, chart_id, snapshot_at, now or datetime.now(UTC))
    for candidate in _candidates(name):
        try:
            lake.write(PENDING + candidate, body, expected=None)
            return candidate
        except PublishConflict:
            if lake.read(PENDING + candidate).body == body:
                return candidate
    raise AssertionError("candidates never end")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. It was not landed.") from error


def _refuse_envelope(body: bytes, path: Path) -> None:
    try:
        document = json.loads(body)
    except ValueError:
        return
    if isinstance(document, dict) and isinstance(document.get("pages"), list):
        raise Refused(
            f"{path} is a snapshot that chartlake took, and says itself that it is"
            f" {document.get('chart_id')} at {document.get('captured_at')}. It was not landed;"
            " land it without --chart and --at."
        )


def _name(
    given: str, body: bytes, chart_id: str | None, snapshot_at: datetime | None, now: datetime
) -> str:
    if chart_id is None and snapshot_at is None:
        return given
    if chart_id is None and snapshot_at is not None:
        named = identify(given)
        if named.chart_id is None:
            # The content says which chart; the first time in a foreign name says when.
            return f"{snapshot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{given}"
        chart_id = named.chart_id
    assert chart_id is not None
    named = identify(given)
    moment = snapshot_at or named.snapshot_at or named.foreign_at or now
    suffix = "json" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"
    return landing_name(chart_id, moment, suffix)


def _candidates(name: str) -> Iterator[str]:
    # As a browser names a second download, which is how a chart file's name is read.
    yield name
    stem, dot, suffix = name.rpartition(".")
    for number in count(1):
        yield f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"
