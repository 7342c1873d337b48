"""The history of charts, computed entry by entry in Python: what the mirror has to agree with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

SongIds = tuple[str | None, str | None]


@dataclass(frozen=True)
class Period:
    """A period of a chart, its number, and the songs of the snapshot that represents it."""

    number: int
    end: date
    snapshot_at: datetime
    songs: Sequence[SongIds]


def movements(periods: Iterable[Period]) -> list[dict[str, Any]]:
    """The movements in the periods of one chart, with its runs found by union-find."""
    by_number = {period.number: period for period in periods}
    names = _run_names(by_number.values())
    found = []
    seen: dict[str, set[int]] = defaultdict(set)
    peaks: dict[str, int] = {}
    for number, period in sorted(by_number.items()):
        before = by_number.get(number - 1)
        runs = [names[_node(period, position)] for position in range(1, len(period.songs) + 1)]
        known = {run: bool(seen[run]) for run in runs}
        for position, run in enumerate(runs, 1):
            seen[run].add(number)
            peaks[run] = min(peaks.get(run, position), position)
        for position, run in enumerate(runs, 1):
            ids = period.songs[position - 1]
            previous, matched_by = _previous(before, ids)
            found.append(
                {
                    "snapshot_at": period.snapshot_at,
                    "position": position,
                    "run_id": run,
                    "previous_position": previous,
                    "matched_by": matched_by,
                    "status": _status(before, ids, previous, position, known[run]),
                    "peak_position": peaks[run],
                    "periods_on_chart": len(seen[run]),
                }
            )
    return found


def _run_names(periods: Iterable[Period]) -> Mapping[Hashable, str]:
    parents: dict[Hashable, Hashable] = {}

    def root(node: Hashable) -> Hashable:
        while parents.setdefault(node, node) != node:
            node = parents[node]
        return node

    for period in periods:
        for position, (song_id, recording_id) in enumerate(period.songs, 1):
            entry = root(_node(period, position))
            for kind, one in (("song", song_id), ("recording", recording_id)):
                if one is not None:
                    parents[root((kind, one))] = entry
    members: dict[Hashable, set[tuple[str, str]]] = defaultdict(set)
    for node in list(parents):
        if isinstance(node, tuple) and node[0] in ("song", "recording"):
            members[root(node)].add(node)
    return {node: _name(node, members[root(node)]) for node in parents}


def _node(period: Period, position: int) -> Hashable:
    return f"entry {period.snapshot_at} {position}"


def _name(node: Hashable, members: set[tuple[str, str]]) -> str:
    recordings = [one for kind, one in members if kind == "recording"]
    songs = [one for kind, one in members if kind == "song"]
    return min(recordings or songs or [str(node)])


def _previous(before: Period | None, ids: SongIds) -> tuple[int | None, str | None]:
    for index, kind in enumerate(("song", "recording")):
        for position, others in enumerate(before.songs if before else (), 1):
            if ids[index] is not None and ids[index] == others[index]:
                return position, kind
    return None, None


def _status(
    before: Period | None, ids: SongIds, previous: int | None, position: int, is_known: bool
) -> str:
    if before is None or ids == (None, None):
        return "UNKNOWN"
    if previous is None:
        return "RE-ENTRY" if is_known else "NEW"
    return "SAME" if previous == position else "UP" if previous > position else "DOWN"
