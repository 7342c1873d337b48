"""Learn: ask other sources for what the snapshots lack, one id at a time, within a budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from etl.database import models
from etl.errors import AccessDenied, ChartlakeError
from etl.lake import Lake
from etl.lake.layout import Partition
from etl.lake.partitions import Unusable
from etl.mirror.reader import open_mirror
from etl.settings import Settings
from etl.sources.musicbrainz import MusicBrainz
from etl.sources.references import (
    Answer,
    Reference,
    load_references,
    read_references,
    write_reference,
)
from etl.sources.spotify.client import Spotify, open_spotify

Ask = Callable[[str], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Learned:
    """How many tracks and artists a run learned about, and the partitions that lack what is known.

    `stopped` has a sentence for each source that ended the run early; the next run continues.
    `unusable` partitions could not be read, and are not enriched.
    """

    tracks: int
    artists: int
    partitions: tuple[Partition, ...]
    stopped: tuple[str, ...]
    unusable: tuple[Unusable, ...] = ()


@dataclass(frozen=True, slots=True)
class GenreCoverage:
    """How many artists the mirror has, and for how many of them a genre is known."""

    artists: int
    artists_with_genres: int


def learn(lake: Lake, settings: Settings, budget: int) -> Learned:
    """Ask for what the mirror lacks, the latest first, with at most `budget` requests.

    Up to half of them go to the tracks of chart files, the rest to artists and their genres. What
    is learned is kept in the lake; a rebuild of the partitions applies it. A source that fails ends
    only its own part. Raises LakeError or MirrorError.
    """
    run = _Run(lake, settings, budget)
    run.ask_spotify()
    run.ask_musicbrainz()
    return Learned(
        len(run.learned["track"]),
        len(run.learned["artist"]),
        run.outdated_partitions(),
        tuple(run.stopped),
    )


def genre_coverage(settings: Settings) -> GenreCoverage:
    """How much the mirror knows about genres."""
    with open_mirror(settings.mirror) as connection:
        row = connection.execute(models("enrich")["genre_coverage"]).fetchone()
    return GenreCoverage(*row) if row else GenreCoverage(0, 0)


class _Run:
    """What was asked before, what is learned now, and what is left of the budget."""

    def __init__(self, lake: Lake, settings: Settings, budget: int) -> None:
        self.settings = settings
        self.left = budget
        self.learned: dict[str, set[str]] = {"track": set(), "artist": set()}
        self.stopped: list[str] = []
        self._lake = lake
        self._now = datetime.now(UTC)
        self._asked: dict[tuple[str, str], set[str]] = {}
        self._without_genres: list[str] = []
        for reference in read_references(lake):
            self._remember(reference)

    def ask_spotify(self) -> None:
        """Ask for tracks, which name artists, and then for artists."""
        tracks = self._unasked("spotify", "track", self._lacking("wanted_tracks"))
        artists = self._unasked("spotify", "artist", self._lacking("wanted_artists"))
        if not tracks and not artists:
            return
        with ExitStack() as stack:
            spotify = self._opened(stack)
            if spotify is None:
                return
            share = self.left // 2 if artists else self.left
            named = self._ask("spotify", "track", tracks[:share], spotify.track)
            artists += self._unasked("spotify", "artist", named)
            self._ask("spotify", "artist", list(dict.fromkeys(artists)), spotify.artist)

    def ask_musicbrainz(self) -> None:
        """Ask for genres that Spotify lacks, and then for homes, if we may say who asks."""
        wanted = [*self._without_genres, *self._lacking("wanted_homes")]
        artists = self._unasked("musicbrainz", "artist", wanted)
        if artists and self.settings.contact and self.left > 1:
            with MusicBrainz(self.settings) as musicbrainz:
                self._ask("musicbrainz", "artist", artists, musicbrainz.artist, cost=2)

    def outdated_partitions(self) -> tuple[Partition, ...]:
        """The partitions that lack what is known, from this run or an earlier one."""
        with open_mirror(self.settings.mirror) as connection:
            load_references(connection, read_references(self._lake))
            found = connection.execute(models("enrich")["outdated_partitions"]).fetchall()
        return tuple(Partition(chart_id, month) for chart_id, month in found)

    def _opened(self, stack: ExitStack) -> Spotify | None:
        try:
            return stack.enter_context(open_spotify(self.settings))
        except ChartlakeError as error:
            self.stopped.append(str(error))
            return None

    def _ask(
        self, source: str, kind: str, ids: Iterable[str], ask: Ask, cost: int = 1
    ) -> list[str]:
        """Ask for each id while the budget lasts, and keep the answers; the artists they name."""
        answers: list[Answer] = []
        for spotify_id in ids:
            if self.left < cost:
                break
            self.left -= cost
            try:
                answers.append(Answer(spotify_id, _response(ask, spotify_id)))
            except ChartlakeError as error:
                self.stopped.append(str(error))
                break
        if answers:
            reference = Reference(source, kind, self._now, tuple(answers))
            write_reference(self._lake, reference)
            self._remember(reference)
            self.learned[kind].update(answer.id for answer in answers if answer.response)
        return [artist_id for answer in answers for artist_id in _artist_ids(answer)]

    def _remember(self, reference: Reference) -> None:
        asked = self._asked.setdefault((reference.source, reference.kind), set())
        asked.update(answer.id for answer in reference.answers)
        if (reference.source, reference.kind) == ("spotify", "artist"):
            self._without_genres += [
                answer.id
                for answer in reference.answers
                if not (answer.response or {}).get("genres")
            ]

    def _unasked(self, source: str, kind: str, ids: Iterable[str]) -> list[str]:
        asked = self._asked.get((source, kind), set())
        return [spotify_id for spotify_id in dict.fromkeys(ids) if spotify_id not in asked]

    def _lacking(self, model: str) -> list[str]:
        with open_mirror(self.settings.mirror) as connection:
            found = connection.execute(models("enrich")[model]).fetchall()
        return [spotify_id for (spotify_id,) in found]


def _response(ask: Ask, spotify_id: str) -> dict[str, Any] | None:
    try:
        return ask(spotify_id)
    except AccessDenied as error:
        # That there is nothing with that id is worth remembering; any other refusal is not.
        if error.status == 404:
            return None
        raise


def _artist_ids(answer: Answer) -> Iterator[str]:
    for artist in (answer.response or {}).get("artists") or ():
        if artist.get("id"):
            yield artist["id"]
