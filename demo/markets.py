"""The charts of the markets of the invented world: songs, artists and albums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from demo.dice import fraction, identifier
from demo.journeys import MARKETS, Journey, Travels, plan_journey, split_streams
from demo.standings import Standings
from demo.studio import Song
from demo.trends import Trends
from demo.values import Album, AlbumEntry, Artist, ArtistEntry, Entry, Track, song_entry
from demo.world import StreamedSong, World

GLOBAL = "global"
REGIONS = (GLOBAL, *MARKETS)
_LOCAL_EDITION_SHARE = 0.06

Streamed = TypeVar("Streamed", Track, Artist, Album)


class Markets:
    """Weekly charts of eight markets and of the whole world, whose streams are the markets' sum.

    The same world gives the same charts. More weeks extend them and do not change the earlier ones.
    """

    def __init__(self, world: World, size: int = 50) -> None:
        self.world, self.size = world, size
        self._travels: dict[str, Travels] = {}
        self._songs: dict[str, list[list[Entry]]] = {region: [] for region in REGIONS}
        self._artists: dict[str, list[list[ArtistEntry]]] = {region: [] for region in REGIONS}
        self._albums: dict[str, list[list[AlbumEntry]]] = {region: [] for region in REGIONS}
        self._viral: dict[str, list[list[Entry]]] = {market: [] for market in MARKETS}
        self._cities: dict[str, list[list[Entry]]] = {market: [] for market in MARKETS}
        self._trends = Trends(world.seed)
        self._standings: dict[tuple[str, str], Standings] = defaultdict(Standings)
        for week in range(world.weeks):
            self._add_week(week)

    def chart(self, region: str, week: int) -> list[Entry]:
        """The songs of a region, a market or `global`, in a week, ordered by position."""
        return list(self._songs[region][week])

    def artist_chart(self, region: str, week: int) -> list[ArtistEntry]:
        """The artists that were streamed most, with all songs that they are credited on."""
        return list(self._artists[region][week])

    def album_chart(self, region: str, week: int) -> list[AlbumEntry]:
        """The albums and compilations whose songs were streamed most."""
        return list(self._albums[region][week])

    def viral_chart(self, market: str, week: int) -> list[Entry]:
        """The songs of a market that grew most since the week before."""
        return list(self._viral[market][week])

    def city_chart(self, market: str, week: int) -> list[Entry]:
        """The songs of the market's city that were streamed most there."""
        return list(self._cities[market][week])

    def journey(self, isrc: str) -> Journey:
        """The plan of a song that was heard. Raises KeyError."""
        return self._travels[isrc].journey

    def _add_week(self, week: int) -> None:
        everywhere = self.world.streams(week)
        self._add_charts(GLOBAL, week, everywhere)
        for market, streamed in self._streams_by_market(week, everywhere).items():
            streamed.sort(key=lambda pair: (-pair[0], pair[1].isrc))
            for _, song in streamed[: self.size]:
                self._travels[song.isrc].enter_chart(market, week)
            self._add_charts(market, week, streamed)
            self._add_trends(market, week, streamed)

    def _streams_by_market(
        self, week: int, everywhere: Iterable[StreamedSong]
    ) -> dict[str, list[StreamedSong]]:
        streamed: dict[str, list[StreamedSong]] = {market: [] for market in MARKETS}
        for streams, song in everywhere:
            travels = self._travels_of(song)
            markets = travels.markets(week)
            home = travels.journey.home
            parts = split_streams(self.world.seed, song, markets, home, streams)
            for market, part in zip(markets, parts, strict=True):
                streamed[market].append((part, song))
        return streamed

    def _travels_of(self, song: Song) -> Travels:
        if song.isrc not in self._travels:
            journey = plan_journey(self.world.seed, song)
            self._travels[song.isrc] = Travels.start(journey, song.career.first_week)
        return self._travels[song.isrc]

    def _add_charts(self, region: str, week: int, streamed: Sequence[StreamedSong]) -> None:
        tracks = self._tracks(streamed, region, week)
        self._songs[region].append(self._song_entries("songs", region, tracks[: self.size]))
        artists = _most_streamed(
            (streams, artist) for streams, track in tracks for artist in track.artists
        )[: self.size]
        standings = self._standings["artists", region].add_week([one.artist_id for one in artists])
        self._artists[region].append(list(map(ArtistEntry, standings, artists)))
        albums = _most_streamed(
            (streams, track.album)
            for streams, track in tracks
            if track.album.album_type != "single"
        )[: self.size]
        standings = self._standings["albums", region].add_week([one.album_id for one in albums])
        self._albums[region].append(list(map(AlbumEntry, standings, albums)))

    def _add_trends(self, market: str, week: int, streamed: Sequence[StreamedSong]) -> None:
        viral = self._trends.viral(market, streamed)[: self.size // 2]
        tracks = self._tracks(viral, market, week)
        self._viral[market].append(self._song_entries("viral", market, tracks))
        city = self._trends.city(market, streamed)[: self.size // 2]
        tracks = self._tracks(city, market, week)
        self._cities[market].append(self._song_entries("city", market, tracks))

    def _tracks(
        self, streamed: Iterable[StreamedSong], region: str, week: int
    ) -> list[tuple[int, Track]]:
        return [(streams, self._edition(song, region, week)) for streams, song in streamed]

    def _song_entries(
        self, chart: str, region: str, tracks: Sequence[tuple[int, Track]]
    ) -> list[Entry]:
        standings = self._standings[chart, region].add_week([track.isrc for _, track in tracks])
        return [
            song_entry(standing, track, streams)
            for standing, (streams, track) in zip(standings, tracks, strict=True)
        ]

    # Some labels release a song under another id in a market.
    def _edition(self, song: Song, region: str, week: int) -> Track:
        track = song.edition_in(week)
        seed = self.world.seed
        if region == GLOBAL or fraction(seed, "edition", region, song.isrc) > _LOCAL_EDITION_SHARE:
            return track
        return replace(track, song_id=identifier(seed, "edition", region, track.song_id))


def _most_streamed(streamed: Iterable[tuple[int, Streamed]]) -> list[Streamed]:
    totals: dict[Streamed, int] = defaultdict(int)
    for streams, one in streamed:
        totals[one] += streams
    return sorted(totals, key=lambda one: (-totals[one], one.name))
