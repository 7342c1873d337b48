"""Recordings, found by joining entries one by one: what the mirror has to agree with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

# Chart, day and position of an entry.
Place = tuple[str, date, int]
Marks = set[tuple[str, str]]


class SongIds(NamedTuple):
    """What an entry is recognised by, each of which may be missing; it has no artist credit."""

    song_id: str | None
    isrc: str | None
    title: str | None
    duration_ms: int | None = None

    @property
    def length_key(self) -> str | None:
        """Title, credit and duration of what has an ISRC."""
        is_known = self.isrc and self.title and self.duration_ms
        return f"{self.title_key} {self.duration_ms}" if is_known else None

    @property
    def title_key(self) -> str | None:
        """The digest of the title and the credit."""
        return hashlib.md5(f"{self.title.lower()}\n".encode()).hexdigest() if self.title else None

    def marks(self, *names: str) -> Marks:
        """Those of these ids that the entry has."""
        return {(name, getattr(self, name)) for name in names if getattr(self, name)}


Snapshots = Mapping[tuple[str, date], Sequence[SongIds]]


def recording_keys(snapshots: Snapshots) -> dict[Place, str | None]:
    """The key of the recording of each entry; None for an entry that has no id at all."""
    places = dict(_places(snapshots))
    keys: dict[Place, str | None] = dict.fromkeys(places)
    for members in _recordings(places):
        ids = [places[place] for place in members]
        for name in ("isrc", "title_key", "song_id"):
            if found := {getattr(one, name) for one in ids} - {None}:
                keys |= dict.fromkeys(members, min(found))
                break
    return keys


def _recordings(places: Mapping[Place, SongIds]) -> Iterator[set[Place]]:
    cores = [
        core
        for core in _groups(places, "isrc", "length_key")
        if any(places[place].isrc for place in core)
    ]
    others = {
        place: ids for place, ids in places.items() if not any(place in core for core in cores)
    }
    joined = [set(core) for core in cores]
    for other in _groups(others, "title_key"):
        namesakes = [
            whole
            for whole, core in zip(joined, cores, strict=True)
            if _titles(places, core) & _titles(places, other)
        ]
        if len(namesakes) == 1:
            namesakes[0].update(other)
        else:
            yield other
    yield from joined


def _groups(places: Mapping[Place, SongIds], *names: str) -> Iterator[set[Place]]:
    """The places of the entries that are joined by their songs and by other ids."""
    for marks in _joined(ids.marks("song_id", *names) for ids in places.values()):
        yield {place for place, ids in places.items() if ids.marks("song_id", *names) & marks}


def _joined(all_marks: Iterable[Marks]) -> list[Marks]:
    """Sets that share no id, as every set of ids joins those that it meets."""
    joined: list[Marks] = []
    for marks in filter(None, all_marks):
        met = [one for one in joined if one & marks]
        joined = [one for one in joined if not one & marks] + [marks.union(*met)]
    return joined


def _titles(places: Mapping[Place, SongIds], members: Iterable[Place]) -> set[str]:
    return {key for place in members if (key := places[place].title_key)}


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
    titled = [place for place in members if places[place].title]
    last = min(titled, key=lambda place: (-place[1].toordinal(), *place), default=None)
    return {
        "recording_key": key,
        "song_name": last and places[last].title,
        "song_count": len({places[place].song_id for place in members} - {None}),
        "charts": sorted({chart_id for chart_id, _, _ in members}),
        "first_date": min(days),
        "last_date": max(days),
        "best_position": min(position for _, _, position in members),
    }


def _places(snapshots: Snapshots) -> Iterator[tuple[Place, SongIds]]:
    for (chart_id, day), songs in snapshots.items():
        for position, ids in enumerate(songs, 1):
            yield (chart_id, day, position), ids
