"""Extract: take a chart as Spotify shows it now, and land it untouched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from etl.errors import ObjectMissing, SourceUnavailable
from etl.lake import Lake, open_lake
from etl.snapshot import MANIFESTS, PENDING, PROCESSED, landing_name

if TYPE_CHECKING:
    from etl.settings import Settings
    from etl.spotify import Playlist


@dataclass(frozen=True, slots=True)
class Landing:
    """A chart that was taken; not `is_new` where today's last snapshot holds the same already."""

    name: str
    chart_id: str
    snapshot_at: datetime
    entries: int
    is_new: bool = True


def land_chart(settings: Settings, chart_id: str, now: datetime | None = None) -> Landing:
    """Take the playlist `chart_id` through the Web API as it is now, and land it.

    A playlist that has not changed since its last snapshot of the same day (UTC) is not landed
    again. Raises SourceUnavailable where it is empty, and was not before.
    """
    from etl.spotify import open_spotify

    with open_spotify(settings) as spotify:
        playlist = spotify.playlist(chart_id)
    lake = open_lake(settings.lake)
    moment = (now or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    name = landing_name(chart_id, moment)
    last = _last_of_the_day(lake, name)
    if last and _says(last[1]) == _says(_envelope(chart_id, moment, playlist)):
        return Landing(last[0], chart_id, moment, playlist.entries, is_new=False)
    if not playlist.entries:
        _refuse_emptiness(lake, chart_id)
    body = json.dumps(_envelope(chart_id, moment, playlist), ensure_ascii=False).encode()
    lake.write(PENDING + name, body)
    return Landing(name, chart_id, moment, playlist.entries)


def _envelope(chart_id: str, moment: datetime, playlist: Playlist) -> dict[str, Any]:
    return {
        "source": "spotify-web-api",
        "chart_id": chart_id,
        "captured_at": moment.isoformat().replace("+00:00", "Z"),
        "playlist": playlist.metadata,
        "pages": list(playlist.pages),
        "artists": [],
    }


def _last_of_the_day(lake: Lake, name: str) -> tuple[str, dict[str, Any]] | None:
    """The day's last landing before `name`, and what its envelope holds."""
    day = name.rpartition("T")[0] + "T"
    keys = [one.key for zone in (PENDING, PROCESSED) for one in lake.list(zone + day)]
    found = {key.rpartition("/")[2]: key for key in keys}
    if not found:
        return None
    last = max(found)
    try:
        return last, json.loads(lake.read(found[last]).body)
    except (ObjectMissing, ValueError):
        return None  # it is being moved, or is no landing of ours


def _says(envelope: dict[str, Any]) -> list[object]:
    """What makes a snapshot another one: the entries in their order, and when they were added.

    Popularity differs from one request to the next, and says nothing new.
    """
    entries = [entry for page in envelope.get("pages", ()) for entry in page.get("items") or ()]
    return [_identity(entry) for entry in entries]


def _identity(entry: dict[str, Any]) -> tuple[object, ...]:
    track = entry.get("item") or entry.get("track") or {}
    return (entry.get("added_at"), track.get("uri"), track.get("name"))


def _refuse_emptiness(lake: Lake, chart_id: str) -> None:
    if lake.list(f"{MANIFESTS}{chart_id}/"):
        raise SourceUnavailable(
            f"Spotify shows chart {chart_id} empty, which it was not before; nothing was landed,"
            " and its history is as it was. Look at the playlist, and run again later."
        )
