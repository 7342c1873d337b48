"""Recordings, found by joining entries one by one: what the mirror has to agree with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

SongIds = tuple[str | None, str | None]
Snapshots = Mapping[tuple[str, date], Sequence[SongIds]]
# Chart, day and position of an entry.
Place = tuple[str, date, int]


def recording_keys(snapshots: Snapshots) -> dict[Place, str | None]:
    """The key of the recording of each entry; None for an entry that has neither id."""
    places = dict(_places(snapshots))
    keys: dict[Place, str | None] = dict.fromkeys(places)
    for ids in _joined(places.values()):
        songs = {one for kind, one in ids if kind == "song"}
        recordings = {one for kind, one in ids if kind == "recording"}
        key = min(recordings or songs)
        keys |= {place: key for place, pair in places.items() if _named(pair) & ids}
    return keys


def recordings(snapshots: Snapshots) -> list[dict[str, Any]]:
    """The recordings of these snapshots, by key."""
    places = dict(_places(snapshots))
    members: dict[str, list[Place]] = {}
    for place, key in recording_keys(snapshots).items():
        if key is not None:
            members.setdefault(key, []).append(place)
    return [_recording(key, of_key, places) for key, of_key in sorted(members.items())]


def _recording(key: str, members: list[Place], places: Mapping[Place, SongIds]) -> dict[str, Any]:
    days = [day for _, day, _ in members]
    last = min(place for place in members if place[1] == max(days))
    return {
        "recording_key": key,
        "song_name": f"{places[last][0]} at {last[2]}",
        "song_count": len({places[place][0] for place in members} - {None}),
        "charts": sorted({chart_id for chart_id, _, _ in members}),
        "first_date": min(days),
        "last_date": max(days),
        "best_position": min(position for _, _, position in members),
    }


def _places(snapshots: Snapshots) -> Iterable[tuple[Place, SongIds]]:
    for (chart_id, day), songs in snapshots.items():
        for position, pair in enumerate(songs, 1):
            yield (chart_id, day, position), pair


def _joined(pairs: Iterable[SongIds]) -> list[set[tuple[str, str]]]:
    """The ids of each recording: sets that share no id, as every pair joins those that it meets."""
    joined: list[set[tuple[str, str]]] = []
    for ids in filter(None, map(_named, pairs)):
        met = [one for one in joined if one & ids]
        joined = [one for one in joined if not one & ids] + [ids.union(*met)]
    return joined


def _named(pair: SongIds) -> set[tuple[str, str]]:
    song_id, recording_id = pair
    named = (("song", song_id), ("recording", recording_id))
    return {(kind, one) for kind, one in named if one is not None}
