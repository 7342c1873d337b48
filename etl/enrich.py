"""Enrich: ask other sources what the snapshots lack, one id at a time, within a budget."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from etl.database import models
from etl.errors import AccessDenied, ChartlakeError
from etl.lake import open_lake
from etl.mirror import reading
from etl.musicbrainz import MusicBrainz
from etl.references import Answer, Reference, read_references, stage_references, write_reference
from etl.settings import Settings
from etl.snapshot import Partition
from etl.spotify import Spotify, open_spotify

BUDGET = 200

Ask = Callable[[str], dict[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Enriched:
    """What a run learned: how many tracks and artists, and which partitions lack what is known.

    `stopped` holds a sentence for each source that ended the run early; what is left is asked
    for next time.
    """

    tracks: int
    artists: int
    partitions: tuple[Partition, ...]
    stopped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many artists the mirror has, and of how many a genre is known."""

    artists: int
    artists_with_genres: int


def enrich(settings: Settings, budget: int = BUDGET) -> Enriched:
    """Ask for what the mirror lacks, the latest first, with `budget` requests at the most.

    Half of them may go to tracks of chart files, the rest to artists and their genres. What is
    learned is kept in the lake; `rebuild` of the partitions then applies it. Raises
    Misconfigured, LakeUnavailable or MirrorRefused; a source that fails only ends its part.
    """
    run = _Run(settings, budget)
    run.ask_spotify()
    run.ask_musicbrainz()
    return Enriched(
        len(run.learned["track"]), len(run.learned["artist"]), run.affected(), tuple(run.stopped)
    )


def genre_coverage(settings: Settings) -> Coverage:
    """How much is known of genres, in the mirror."""
    with reading(settings.mirror) as connection:
        row = connection.execute(models("enrich")["genre_coverage"]).fetchone()
    return Coverage(*row) if row else Coverage(0, 0)


class _Run:
    """One run: what was asked before, what is learned now, and what is left to spend."""

    def __init__(self, settings: Settings, budget: int) -> None:
        self.settings = settings
        self.left = budget
        self.learned: dict[str, set[str]] = {"track": set(), "artist": set()}
        self.stopped: list[str] = []
        self._lake = open_lake(settings.lake)
        self._now = datetime.now(UTC)
        self._asked: dict[tuple[str, str], set[str]] = {}
        self._without_genres: list[str] = []
        for reference in read_references(self._lake):
            self._remember(reference)

    def ask_spotify(self) -> None:
        """Tracks, which name artists, and then artists."""
        tracks = self._wanted("spotify", "track", self._lacking("wanted_tracks"))
        artists = self._wanted("spotify", "artist", self._lacking("wanted_artists"))
        if not tracks and not artists:
            return
        with ExitStack() as stack:
            spotify = self._opened(stack)
            if spotify is None:
                return
            share = self.left // 2 if artists else self.left
            named = self._ask("spotify", "track", tracks[:share], spotify.track)
            artists += self._wanted("spotify", "artist", named)
            self._ask("spotify", "artist", list(dict.fromkeys(artists)), spotify.artist)

    def ask_musicbrainz(self) -> None:
        """Genres of artists of whom Spotify gives none, if we may say who asks."""
        artists = self._wanted("musicbrainz", "artist", self._without_genres)
        if artists and self.settings.contact and self.left > 1:
            with MusicBrainz(self.settings) as musicbrainz:
                self._ask("musicbrainz", "artist", artists, musicbrainz.artist, cost=2)

    def affected(self) -> tuple[Partition, ...]:
        """The partitions that do not say yet what is known, from this run or an earlier one."""
        with (
            tempfile.TemporaryDirectory(prefix="chartlake-") as folder,
            reading(self.settings.mirror) as connection,
        ):
            staged = stage_references(read_references(self._lake), Path(folder))
            for path in (staged.known_tracks, staged.known_artists):
                connection.execute(f"create temp table {path.stem} as from '{path}'")
            found = connection.execute(models("enrich")["affected_partitions"]).fetchall()
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
        """Ask for each id while the budget lasts, and keep the answers; gives the artists named."""
        answers: list[Answer] = []
        for id_ in ids:
            if self.left < cost:
                break
            self.left -= cost
            try:
                answers.append(Answer(id_, _answer(ask, id_)))
            except ChartlakeError as error:
                self.stopped.append(str(error))
                break
        if answers:
            reference = Reference(source, kind, self._now, tuple(answers))
            write_reference(self._lake, reference)
            self._remember(reference)
            self.learned[kind].update(one.id for one in answers if one.response)
        return [id_ for answer in answers for id_ in _artists(answer)]

    def _remember(self, reference: Reference) -> None:
        asked = self._asked.setdefault((reference.source, reference.kind), set())
        asked.update(answer.id for answer in reference.answers)
        if (reference.source, reference.kind) == ("spotify", "artist"):
            self._without_genres += [
                answer.id
                for answer in reference.answers
                if not (answer.response or {}).get("genres")
            ]

    def _wanted(self, source: str, kind: str, ids: Iterable[str]) -> list[str]:
        asked = self._asked.get((source, kind), set())
        return [id_ for id_ in dict.fromkeys(ids) if id_ not in asked]

    def _lacking(self, model: str) -> list[str]:
        with reading(self.settings.mirror) as connection:
            return [id_ for (id_,) in connection.execute(models("enrich")[model]).fetchall()]


def _answer(ask: Ask, id_: str) -> dict[str, Any] | None:
    try:
        return ask(id_)
    except AccessDenied as error:
        # There is nothing of that id, which is worth remembering; anything else is not.
        if error.details.get("status") == 404:
            return None
        raise


def _artists(answer: Answer) -> Iterator[str]:
    for artist in (answer.response or {}).get("artists") or ():
        if artist.get("id"):
            yield artist["id"]
