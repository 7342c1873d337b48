"""The invented chart world. It depends only on its seed."""

from __future__ import annotations

from datetime import date

from demo.careers import MIN_AUDIENCE
from demo.dice import fraction
from demo.releases import create_songs
from demo.standings import Standings
from demo.studio import Song
from demo.values import Album, Artist, Entry, Track, song_entry, week_end

__all__ = ["Album", "Artist", "Entry", "Track", "World"]

MAX_CHART_SIZE = 200

# The streams of a song in a week.
StreamedSong = tuple[int, Song]


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
        self._streams = self._create_streams()
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

    def streams(self, week: int) -> list[StreamedSong]:
        """All songs that are heard in the week, each with its streams, highest first.

        The first of them are the chart.
        """
        return list(self._streams[week])

    def _create_streams(self) -> list[list[StreamedSong]]:
        upcoming = sorted(self._songs, key=lambda song: song.career.first_week, reverse=True)
        active: list[Song] = []
        weeks = []
        for week in range(self.weeks):
            active = [song for song in active if song.career.last_week >= week]
            while upcoming and upcoming[-1].career.first_week <= week:
                active.append(upcoming.pop())
            weeks.append(self._rank(week, active))
        return weeks

    def _rank(self, week: int, songs: list[Song]) -> list[StreamedSong]:
        streamed = []
        for song in songs:
            audience = song.career.audience(week)
            if audience > MIN_AUDIENCE:
                noise = 0.97 + 0.06 * fraction(self.seed, song.isrc, week)
                streamed.append((int(audience * noise * 1_000_000), song))
        streamed.sort(key=lambda pair: (-pair[0], pair[1].isrc))
        return _break_ties(streamed)

    def _create_charts(self) -> list[list[Entry]]:
        standings = Standings()
        return [
            _entries(standings, week, ranking[: self.size])
            for week, ranking in enumerate(self._streams)
        ]


def _entries(standings: Standings, week: int, ranking: list[StreamedSong]) -> list[Entry]:
    tracks = [(streams, song.edition_in(week)) for streams, song in ranking]
    listed = standings.add_week([track.isrc for _, track in tracks])
    return [
        song_entry(standing, track, streams)
        for standing, (streams, track) in zip(listed, tracks, strict=True)
    ]


def _break_ties(ranking: list[StreamedSong]) -> list[StreamedSong]:
    """The ranking with streams reduced where needed, so that no two songs have the same."""
    distinct: list[StreamedSong] = []
    for streams, song in ranking:
        distinct.append((min(streams, distinct[-1][0] - 1) if distinct else streams, song))
    return distinct


def _credited_artists(tracks: list[Track]) -> dict[str, Artist]:
    credits = [artist for track in tracks for artist in (*track.artists, *track.album.artists)]
    return {artist.artist_id: artist for artist in credits}
