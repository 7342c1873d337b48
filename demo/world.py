"""The invented chart world: the same for the same seed, and longer without changing its past."""

from __future__ import annotations

from datetime import date

from demo.careers import UNHEARD
from demo.dice import share
from demo.releases import songs
from demo.studio import Song
from demo.values import Album, Artist, Entry, Track, week_end

__all__ = ["Album", "Artist", "Entry", "Track", "World"]

LONGEST_CHART = 200


class World:
    """A weekly chart of `size` songs over `weeks` weeks, and all who had a part in it."""

    def __init__(self, weeks: int = 26, seed: int = 2026, size: int = 200) -> None:
        if weeks < 1 or not 1 <= size <= LONGEST_CHART:
            raise ValueError(f"A world has 1 or more weeks and 1 to {LONGEST_CHART} positions.")
        self.weeks, self.seed, self.size = weeks, seed, size
        self._songs = songs(seed, weeks)
        self._charts = self._history()
        tracks = [track for song in self._songs for _, track in song.editions]
        self._tracks = {track.song_id: track for track in tracks}
        self._albums = {track.album.album_id: track.album for track in tracks}
        self._artists = _credited(tracks)

    def chart(self, week: int) -> list[Entry]:
        """The chart of the week, from 0 to `weeks` - 1, in the order of its positions."""
        if not 0 <= week < self.weeks:
            raise IndexError(f"This world has the weeks 0 to {self.weeks - 1}, not {week}.")
        return list(self._charts[week])

    def week_end(self, week: int) -> date:
        """The Thursday on which the week ends."""
        return week_end(week)

    @property
    def artists(self) -> tuple[Artist, ...]:
        """Everybody credited on a track or an album."""
        return tuple(self._artists.values())

    def artist(self, artist_id: str) -> Artist:
        """The artist with the id; raises KeyError where there is none."""
        return self._artists[artist_id]

    def track(self, song_id: str) -> Track:
        """The track with the id; raises KeyError where there is none."""
        return self._tracks[song_id]

    def album(self, album_id: str) -> Album:
        """The album with the id; raises KeyError where there is none."""
        return self._albums[album_id]

    def album_tracks(self, album_id: str) -> list[Track]:
        """The album's tracks in their order."""
        return [track for track in self._tracks.values() if track.album.album_id == album_id]

    def _history(self) -> list[list[Entry]]:
        coming = sorted(self._songs, key=lambda song: song.career.begins, reverse=True)
        playing: list[Song] = []
        ledger = _Ledger()
        charts = []
        for week in range(self.weeks):
            playing = [song for song in playing if song.career.ends >= week]
            while coming and coming[-1].career.begins <= week:
                playing.append(coming.pop())
            charts.append(ledger.entered(week, self._ranking(week, playing)))
        return charts

    def _ranking(self, week: int, playing: list[Song]) -> list[tuple[int, Song]]:
        heard = []
        for song in playing:
            audience = song.career.audience(week)
            if audience > UNHEARD:
                luck = 0.97 + 0.06 * share(self.seed, song.isrc, week)
                heard.append((int(audience * luck * 1_000_000), song))
        heard.sort(key=lambda one: (-one[0], one[1].isrc))
        return _strictly_falling(heard[: self.size])


class _Ledger:
    """What the charts so far say of each recording."""

    def __init__(self) -> None:
        self._before: dict[str, int] = {}
        self._peaks: dict[str, int] = {}
        self._weeks: dict[str, int] = {}

    def entered(self, week: int, ranking: list[tuple[int, Song]]) -> list[Entry]:
        entries = [
            self._entry(position, streams, song.edition(week))
            for position, (streams, song) in enumerate(ranking, 1)
        ]
        self._before = {entry.track.isrc: entry.position for entry in entries}
        return entries

    def _entry(self, position: int, streams: int, track: Track) -> Entry:
        isrc = track.isrc
        peak = self._peaks[isrc] = min(position, self._peaks.get(isrc, position))
        weeks = self._weeks[isrc] = self._weeks.get(isrc, 0) + 1
        return Entry(position, track, streams, self._before.get(isrc), peak, weeks)


def _strictly_falling(ranking: list[tuple[int, Song]]) -> list[tuple[int, Song]]:
    falling: list[tuple[int, Song]] = []
    for streams, song in ranking:
        falling.append((min(streams, falling[-1][0] - 1) if falling else streams, song))
    return falling


def _credited(tracks: list[Track]) -> dict[str, Artist]:
    everybody = [artist for track in tracks for artist in (*track.artists, *track.album.artists)]
    return {artist.artist_id: artist for artist in everybody}
