"""Creates the albums and tracks of the invented world."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta

from demo.acts import Act
from demo.careers import Career
from demo.dice import Dice, fraction, identifier
from demo.scenes import LABELS
from demo.titles import add_guests, album_title, film_title, new_title
from demo.values import Album, Artist, Track, week_end

_GUEST_SHARE = 0.24

Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Song:
    """A recording with its career. `editions` are tracks, each with the week it starts charting."""

    career: Career
    editions: tuple[tuple[int, Track], ...]

    @property
    def isrc(self) -> str:
        """The ISRC that all editions share."""
        return self.editions[0][1].isrc

    def edition_in(self, week: int) -> Track:
        """The edition that charts in the given week."""
        return [track for first_week, track in self.editions if first_week <= week][-1]


class Studio:
    """Creates albums and tracks. The key of each is its random seed, together with `seed`.

    The only state is the titles that are used: by each artist, for songs and for albums, and for
    films.
    """

    def __init__(self, seed: int, acts: list[Act]) -> None:
        self.seed = seed
        self.acts = acts
        self._used_titles: dict[str, set[str]] = defaultdict(set)
        self._used_album_titles: dict[str, set[str]] = defaultdict(set)
        self._used_film_titles: set[str] = set()

    def active_acts(self, week: int) -> list[Act]:
        """The acts that can release something in the given week."""
        return [act for act in self.acts if act.debut_week <= week and not act.is_heritage]

    def create_single(self, key: Key, act: Act, week: int, guests: list[Act]) -> Track:
        """A track, and the single that it is released on."""
        dice = Dice(self.seed, "single", *key)
        name = self._new_title(dice, act, guests)
        album = self.create_album(key, act, week, 1, name=name, album_type="single")
        return self.create_track(key, act, album, guests, name=name)

    def create_album(
        self,
        key: Key,
        act: Act,
        week: int,
        total_tracks: int,
        *,
        name: str | None = None,
        album_type: str = "album",
        artist: Artist | None = None,
    ) -> Album:
        """An album without tracks, released on the Friday that starts the chart week.

        It is credited to `artist`, by default the act's own.
        """
        dice = Dice(self.seed, "album", *key)
        used_titles = self._used_album_titles[act.artist.artist_id]
        return Album(
            album_id=identifier(self.seed, "album", album_type, *key),
            name=name or album_title(dice, act, used_titles),
            album_type=album_type,
            release_date=(week_end(week) - timedelta(days=6)).isoformat(),
            release_date_precision="day",
            total_tracks=total_tracks,
            artists=(artist or act.artist,),
            label=_label(self.seed, act),
        )

    def create_track(
        self, key: Key, act: Act, album: Album, guests: list[Act], *, name: str | None = None
    ) -> Track:
        """A new recording on the album."""
        dice = Dice(self.seed, "track", *key)
        return Track(
            song_id=identifier(self.seed, "song", *key),
            name=name or self._new_title(dice, act, guests),
            isrc=_isrc(self.seed, key, act, album),
            duration_ms=_duration_ms(dice, album),
            is_explicit=dice.chance(act.scene.explicit_share),
            album=album,
            artists=(act.artist, *(guest.artist for guest in guests)),
        )

    def rerelease(self, track: Track, album: Album) -> Track:
        """Another edition of the recording, on another album and with another id."""
        song_id = identifier(self.seed, "again", track.song_id)
        return replace(track, song_id=song_id, album=album)

    def film(self, dice: Dice) -> str:
        """The title of a film that has no soundtrack yet."""
        return film_title(dice, self._used_film_titles)

    def choose_guests(self, dice: Dice, act: Act, week: int) -> list[Act]:
        """The guests on a track: usually none, otherwise one to three, mostly of the same scene."""
        if not dice.chance(_GUEST_SHARE):
            return []
        others = [other for other in self.active_acts(week) if other is not act]
        same_scene = [other for other in others if other.scene is act.scene]
        candidates = same_scene if same_scene and dice.chance(0.85) else others
        guests = [dice.pick(candidates) for _ in range(dice.weighted((1, 2, 3), (8, 2, 1)))]
        return list({guest.artist.artist_id: guest for guest in guests}.values())

    def _new_title(self, dice: Dice, act: Act, guests: list[Act]) -> str:
        title = new_title(dice, act, self._used_titles[act.artist.artist_id])
        return add_guests(title, [guest.artist.name for guest in guests], dice)


def _label(seed: int, act: Act) -> str:
    return LABELS[int(fraction(seed, "label", act.artist.artist_id) * len(LABELS))]


def _isrc(seed: int, key: Key, act: Act, album: Album) -> str:
    registrant = identifier(seed, "registrant", act.artist.artist_id, length=3).upper()
    designation = int(fraction(seed, "isrc", *key) * 100_000)
    return f"{act.artist.country}{registrant}{album.release_date[2:4]}{designation:05d}"


# Songs get shorter over the years, so that reports have a trend to show.
def _duration_ms(dice: Dice, album: Album) -> int:
    years = (date.fromisoformat(album.release_date) - week_end(0)).days / 365
    return max(92_000, int(196_000 - 3_200 * years + 27_000 * dice.bell()))
