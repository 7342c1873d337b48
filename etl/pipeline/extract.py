"""Extract: take a chart as Spotify shows it now, and land it untouched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from etl.errors import ObjectMissing, ServiceUnavailable
from etl.lake import Lake
from etl.lake.layout import MANIFESTS, PENDING, PROCESSED, is_replaced
from etl.pipeline.identify import landing_name
from etl.pipeline.landing import write_pending
from etl.pipeline.stage import raw_name
from etl.settings import Settings
from etl.sources.chart_names import chart_name
from etl.sources.spotify.client import open_spotify
from etl.sources.spotify.playlists import JsonObject, Playlist


@dataclass(frozen=True, slots=True)
class Capture:
    """A chart that was taken; it is not new where today's last snapshot has the same entries."""

    name: str
    chart_id: str
    chart_name: str
    snapshot_at: datetime
    entries: int
    is_new: bool = True


def take_chart(
    lake: Lake, settings: Settings, chart_id: str, now: datetime | None = None
) -> Capture:
    """Take the playlist `chart_id` through the Web API as it is now, and land it.

    A playlist that has not changed since the last snapshot of the same day (UTC) is not landed
    again. No other file is overwritten. Raises ServiceUnavailable where the playlist is empty, and
    was not before, and the errors of `Spotify.playlist`.
    """
    with open_spotify(settings) as spotify:
        playlist = spotify.playlist(chart_id)
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    name = landing_name(chart_id, moment)
    envelope = _envelope(chart_id, moment, playlist)
    shown = chart_name(chart_id, str(playlist.metadata.get("name") or ""))
    last = _last_of_the_day(lake, name)
    if last and _entries(last[1]) == _entries(envelope):
        return Capture(last[0], chart_id, shown, moment, playlist.entries, is_new=False)
    if not playlist.entries:
        _refuse_emptiness(lake, chart_id)
    landed = write_pending(lake, name, _as_json(envelope))
    return Capture(landed, chart_id, shown, moment, playlist.entries)


def _envelope(chart_id: str, moment: datetime, playlist: Playlist) -> JsonObject:
    return {
        "source": "spotify-web-api",
        "chart_id": chart_id,
        "captured_at": moment.isoformat().replace("+00:00", "Z"),
        "playlist": playlist.metadata,
        "pages": list(playlist.pages),
        "artists": [],
    }


def _last_of_the_day(lake: Lake, name: str) -> tuple[str, JsonObject] | None:
    """The day's last landing before `name`, and the envelope in it."""
    day = name.rpartition("T")[0] + "T"
    keys = [stored.key for zone in (PENDING, PROCESSED) for stored in lake.list(zone + day)]
    found = {raw_name(key): key for key in keys if not is_replaced(key)}
    if not found:
        return None
    last = max(found)
    try:
        envelope = json.loads(lake.read(found[last]).body)
    except (ObjectMissing, ValueError, RecursionError):
        return None  # it is being moved, or another program put it there
    return (last, envelope) if isinstance(_member(envelope, "pages"), list) else None


def _entries(envelope: JsonObject) -> list[object]:
    """What tells one snapshot from another: the entries in order, and when they were added.

    Popularity changes from one request to the next, and means nothing. Other programs may have
    landed the envelope, so nothing is taken for granted.
    """
    lists = (_member(page, "items") for page in envelope["pages"])
    return [_identity(entry) for entries in lists if isinstance(entries, list) for entry in entries]


def _identity(entry: object) -> tuple[object, ...]:
    track = _member(entry, "item") or _member(entry, "track")
    return (_member(entry, "added_at"), _member(track, "uri"), _member(track, "name"))


def _member(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _as_json(envelope: JsonObject) -> bytes:
    # What is no Unicode is escaped, as in any JSON.
    return json.dumps(envelope, ensure_ascii=False).encode(errors="backslashreplace")


def _refuse_emptiness(lake: Lake, chart_id: str) -> None:
    if lake.list(f"{MANIFESTS}{chart_id}/"):
        raise ServiceUnavailable(
            f"Spotify shows chart {chart_id} empty, which it was not before. Nothing was landed,"
            " and its history was not changed. Look at the playlist, and run again later.",
            service="Spotify",
        )
