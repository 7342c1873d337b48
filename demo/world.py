"""The invented chart world. It depends only on its seed."""

from __future__ import annotations

from datetime import date

from demo.careers import MIN_AUDIENCE
from demo.dice import fraction
from demo.releases import create_songs
from demo.studio import Song
from demo.values import Album, Artist, Entry, Track, week_end

__all__ = ["Album", "Artist", "Entry", "Track", "World"]

MAX_CHART_SIZE = 200


class World:
    """A weekly chart of `size` songs over `weeks` weeks, with its tracks, albums and artists.

    The same seed gives the same world. More weeks extend it and do not change the earlier ones.
    Raises ValueError where `weeks` or `size` is out of range.
    """

    def __init__(self, weeks: int = 26, seed: int = 2026, size: int = 200) -> None:
        if weeks < 1 or not 1 <= size <= MAX_CHART_SIZE:
            raise ValueError(f"A world needs at least 1 week and 1 to {MAX_CHART_SIZE} positions.")
        self.weeks, self.seed, self.size = weeks, seed, size
        self._songs = create_songs(seed, weeks)
        self._charts = self._create_charts()
        tracks = [track for song in self._songs for _, track in song.editions]
        self._tracks = {track.song_id: track for track in tracks}
        self._albums = {track.album.album_id: track.album for track in tracks}
        self._artists = _credited_artists(tracks)

    def chart(self, week: int) -> list[Entry]:
        """The chart of a week, ordered by position.

        `week` is 0 to `weeks` - 1. Raises IndexError otherwise.
        """
        if not 0 <= week < self.weeks:
            raise IndexError(
                f"Week {week} is out of range: the world has weeks 0 to {self.weeks - 1}."
            )
        return list(self._charts[week])

    def week_end(self, week: int) -> date:
        """The Thursday that ends the week."""
        return week_end(week)

    @property
    def artists(self) -> tuple[Artist, ...]:
        """All artists credited on a track or an album."""
        return tuple(self._artists.values())

    def artist(self, artist_id: str) -> Artist:
        """The artist with that id. Raises KeyError."""
        return self._artists[artist_id]

    def track(self, song_id: str) -> Track:
        """The track with that id. Raises KeyError."""
        return self._tracks[song_id]

    def album(self, album_id: str) -> Album:
        """The album with that id. Raises KeyError."""
        return self._albums[album_id]

    def album_tracks(self, album_id: str) -> list[Track]:
        """The tracks of the album, in order. Empty where there is no such album."""
        return [track for track in self._tracks.values() if track.album.album_id == album_id]

    def _create_charts(self) -> list[list[Entry]]:
        upcoming = sorted(self._songs, key=lambda song: song.career.first_week, reverse=True)
        active: list[Song] = []
        history = _ChartHistory()
        charts = []
        for week in range(self.weeks):
            active = [song for song in active if song.career.last_week >= week]
            while upcoming and upcoming[-1].career.first_week <= week:
                active.append(upcoming.pop())
            charts.append(history.add_week(week, self._rank(week, active)))
        return charts

    def _rank(self, week: int, songs: list[Song]) -> list[tuple[int, Song]]:
        """The songs with the most streams in the week, each with its streams, highest first."""
        streamed = []
        for song in songs:
            audience = song.career.audience(week)
            if audience > MIN_AUDIENCE:
                noise = 0.97 + 0.06 * fraction(self.seed, song.isrc, week)
                streamed.append((int(audience * noise * 1_000_000), song))
        streamed.sort(key=lambda pair: (-pair[0], pair[1].isrc))
        return _break_ties(streamed[: self.size])


class _ChartHistory:
    """What the entries of a chart say about earlier weeks, by ISRC."""

    def __init__(self) -> None:
        self._previous_positions: dict[str, int] = {}
        self._peak_positions: dict[str, int] = {}
        self._weeks_on_chart: dict[str, int] = {}

    def add_week(self, week: int, ranking: list[tuple[int, Song]]) -> list[Entry]:
        entries = [
            self._add_entry(position, streams, song.edition_in(week))
            for position, (streams, song) in enumerate(ranking, 1)
        ]
        self._previous_positions = {entry.track.isrc: entry.position for entry in entries}
        return entries

    def _add_entry(self, position: int, streams: int, track: Track) -> Entry:
        isrc = track.isrc
        peak = self._peak_positions[isrc] = min(position, self._peak_positions.get(isrc, position))
        weeks = self._weeks_on_chart[isrc] = self._weeks_on_chart.get(isrc, 0) + 1
        previous_position = self._previous_positions.get(isrc)
        return Entry(position, track, streams, previous_position, peak, weeks)


def _break_ties(ranking: list[tuple[int, Song]]) -> list[tuple[int, Song]]:
    """The ranking with streams reduced where needed, so that no two songs have the same."""
    distinct: list[tuple[int, Song]] = []
    for streams, song in ranking:
        distinct.append((min(streams, distinct[-1][0] - 1) if distinct else streams, song))
    return distinct


def _credited_artists(tracks: list[Track]) -> dict[str, Artist]:
    credits = [artist for track in tracks for artist in (*track.artists, *track.album.artists)]
    return {artist.artist_id: artist for artist in credits}
