"""What the invented world is made of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_WEEK_END = date(2024, 10, 31)


@dataclass(frozen=True, slots=True)
class Artist:
    """One invented artist; some have no genres."""

    artist_id: str
    name: str
    genres: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Album:
    """One album, single or compilation; old ones know only the year or month of their release."""

    album_id: str
    name: str
    album_type: str
    release_date: str
    release_date_precision: str
    total_tracks: int
    artists: tuple[Artist, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Track:
    """One edition of a recording: another edition has another `song_id` and the same `isrc`."""

    song_id: str
    name: str
    isrc: str
    duration_ms: int
    is_explicit: bool
    album: Album
    artists: tuple[Artist, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One position of a week's chart, with the truth about its movement since week 0.

    The three figures follow the recording, whichever of its editions is charting.
    """

    position: int
    track: Track
    streams: int
    previous_position: int | None
    peak_position: int
    weeks_on_chart: int


def week_end(week: int) -> date:
    """The Thursday on which a chart week ends; week 0 is the first of the world's history."""
    return FIRST_WEEK_END + timedelta(weeks=week)
