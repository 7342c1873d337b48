"""Where the invented world's albums and tracks are made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo.acts import Act
from demo.careers import Career
from demo.dice import Dice, identifier, share
from demo.scenes import LABELS
from demo.titles import album_title, credited, title
from demo.values import Album, Artist, Track, week_end

_GUEST_SHARE = 0.24


@dataclass(frozen=True, slots=True)
class Song:
    """One recording: its career, and its editions with the week from which each is charting."""

    career: Career
    editions: tuple[tuple[int, Track], ...]

    @property
    def isrc(self) -> str:
        """What all its editions share."""
        return self.editions[0][1].isrc

    def edition(self, week: int) -> Track:
        """The edition that is charting in the week."""
        return [track for since, track in self.editions if since <= week][-1]


class Studio:
    """Makes albums and tracks; remembers only which titles each artist has used."""

    def __init__(self, seed: int, roster: list[Act]) -> None:
        self.seed = seed
        self.roster = roster
        self._titles: dict[str, set[str]] = {}

    def working(self, week: int) -> list[Act]:
        """The artists who release something now and then in the week."""
        return [act for act in self.roster if act.debut <= week and not act.is_heritage]

    def single(self, key: tuple[object, ...], act: Act, week: int, guests: list[Act]) -> Track:
        """A track that is out on its own."""
        dice = Dice(self.seed, "single", *key)
        plain = title(dice, act, self._titles.setdefault(act.artist.artist_id, set()))
        name = credited(plain, [guest.artist.name for guest in guests], dice)
        album = self.album(key, act, week, 1, name=name, kind="single")
        return self.track(key, act, album, guests, name=name)

    def album(
        self,
        key: tuple[object, ...],
        act: Act,
        week: int,
        total: int,
        *,
        name: str | None = None,
        kind: str = "album",
        credit: Artist | None = None,
    ) -> Album:
        """An album released on the Friday with which the chart week begins."""
        dice = Dice(self.seed, "album", *key)
        return Album(
            album_id=identifier(self.seed, "album", kind, *key),
            name=name or album_title(dice, act),
            album_type=kind,
            release_date=(week_end(week) - timedelta(days=6)).isoformat(),
            release_date_precision="day",
            total_tracks=total,
            artists=(credit or act.artist,),
            label=_label(self.seed, act),
        )

    def track(
        self,
        key: tuple[object, ...],
        act: Act,
        album: Album,
        guests: list[Act],
        *,
        name: str | None = None,
    ) -> Track:
        """A new recording on the album."""
        dice = Dice(self.seed, "track", *key)
        used = self._titles.setdefault(act.artist.artist_id, set())
        names = [guest.artist.name for guest in guests]
        return Track(
            song_id=identifier(self.seed, "song", *key),
            name=name or credited(title(dice, act, used), names, dice),
            isrc=_isrc(self.seed, key, act, album),
            duration_ms=_duration(dice, album),
            is_explicit=dice.chance(act.scene.explicit_share),
            album=album,
            artists=(act.artist, *(guest.artist for guest in guests)),
        )

    def rerelease(self, track: Track, album: Album) -> Track:
        """The same recording again, on another album and under another id."""
        song_id = identifier(self.seed, "again", track.song_id)
        return replace(track, song_id=song_id, album=album)

    def guests(self, dice: Dice, act: Act, week: int) -> list[Act]:
        """Whoever sings along: mostly nobody, mostly somebody from the same scene."""
        if not dice.chance(_GUEST_SHARE):
            return []
        others = [other for other in self.working(week) if other is not act]
        near = [other for other in others if other.scene is act.scene]
        pool = near if near and dice.chance(0.85) else others
        invited = [dice.pick(pool) for _ in range(dice.weighted((1, 2, 3), (8, 2, 1)))]
        return list({guest.artist.artist_id: guest for guest in invited}.values())


def _label(seed: int, act: Act) -> str:
    return LABELS[int(share(seed, "label", act.artist.artist_id) * len(LABELS))]


def _isrc(seed: int, key: tuple[object, ...], act: Act, album: Album) -> str:
    country = Dice(seed, "country", act.artist.artist_id).pick(act.scene.countries)
    registrant = identifier(seed, "registrant", act.artist.artist_id, length=3).upper()
    number = int(share(seed, "isrc", *key) * 100_000)
    return f"{country}{registrant}{album.release_date[2:4]}{number:05d}"


# Songs are getting shorter, so that there is something to see over the years.
def _duration(dice: Dice, album: Album) -> int:
    years = (date.fromisoformat(album.release_date) - week_end(0)).days / 365
    return max(92_000, int(196_000 - 3_200 * years + 27_000 * dice.bell()))
