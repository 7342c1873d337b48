"""The values that the invented chart world consists of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from demo.standings import Standing

FIRST_WEEK_END = date(2024, 10, 31)


@dataclass(frozen=True, slots=True)
class Artist:
    """An invented artist. `genres` may be empty; `country` is their home's, if they have one."""

    artist_id: str
    name: str
    genres: tuple[str, ...]
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """An album, single or compilation.

    `release_date` is an ISO date. For old albums it may be only a year, or a year and a month.
    """

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
    """One edition of a recording. Editions share the `isrc` and differ in `song_id`."""

    song_id: str
    name: str
    isrc: str
    duration_ms: int
    is_explicit: bool
    album: Album
    artists: tuple[Artist, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One position of a weekly chart.

    `previous_position`, `peak_position` and `weeks_on_chart` count from week 0, and follow the
    recording across its editions.
    """

    position: int
    track: Track
    streams: int
    previous_position: int | None
    peak_position: int
    weeks_on_chart: int


@dataclass(frozen=True, slots=True)
class ArtistEntry:
    """One position of a weekly chart of artists."""

    standing: Standing
    artist: Artist


@dataclass(frozen=True, slots=True)
class AlbumEntry:
    """One position of a weekly chart of albums."""

    standing: Standing
    album: Album


def song_entry(standing: Standing, track: Track, streams: int) -> Entry:
    """The entry of a track in a chart of songs."""
    return Entry(
        position=standing.position,
        track=track,
        streams=streams,
        previous_position=standing.previous_position,
        peak_position=standing.peak_position,
        weeks_on_chart=standing.weeks_on_chart,
    )


def week_end(week: int) -> date:
    """The Thursday that ends the chart week. Week 0 is the first week of the world."""
    return FIRST_WEEK_END + timedelta(weeks=week)
