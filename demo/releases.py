"""What is released in the invented world, week by week, and how it will do."""

from __future__ import annotations

from dataclasses import replace
from math import exp, pi, sin

from demo.acts import Act, acts, various
from demo.careers import YEAR, Career
from demo.dice import Dice, share
from demo.studio import Song, Studio
from demo.titles import FILMS, SUMMER, WINTER
from demo.values import Album, Track

# How long before week 0 the songs begin that are still heard then.
_BACKLOG = 90
_EVERGREENS = 42
_REISSUED_SHARE = 0.16
_FOUND_AGAIN_SHARE = 0.07
_WEEKS_PER_COMPILATION = 6


def songs(seed: int, weeks: int) -> list[Song]:
    """All songs of the world up to its last week; more weeks only add to the list."""
    studio = Studio(seed, acts(seed, weeks))
    old = [_evergreen(studio, number) for number in range(_EVERGREENS)]
    old += [_seasonal(studio, name, 7) for name in WINTER]
    old += [_seasonal(studio, name, 38) for name in SUMMER]
    return old + [song for week in range(-_BACKLOG, weeks) for song in _released(studio, week)]


def _released(studio: Studio, week: int) -> list[Song]:
    dice = Dice(studio.seed, "week", week)
    new: list[Song] = []
    for number in range(dice.between(4, 6)):
        new += _single(studio, week, number)
    if dice.chance(0.3):
        new += _album(studio, week)
    if week % _WEEKS_PER_COMPILATION == 2:
        new += _compilation(studio, week)
    return new


def _single(studio: Studio, week: int, number: int) -> list[Song]:
    key = (week, number)
    dice = Dice(studio.seed, "career", *key)
    act = _chosen(studio, dice, week, loyalty=1)
    track = studio.single(key, act, week, studio.guests(dice, act, week))
    career = _career(studio.seed, dice, act, week)
    if not dice.chance(_REISSUED_SHARE):
        return [Song(career, ((week, track),))]
    return _reissued(studio, dice, act, track, career)


# The single goes on charting as the album's track, under another id.
def _reissued(studio: Studio, dice: Dice, act: Act, track: Track, career: Career) -> list[Song]:
    week = career.begins + dice.between(3, 9)
    key = (career.begins, "album of", track.song_id)
    album = studio.album(key, act, week, dice.between(5, 11))
    again = studio.rerelease(track, album)
    hit = Song(career, ((career.begins, track), (week, again)))
    return [hit, *_tracks(studio, key, act, album, week, known=1)]


def _album(studio: Studio, week: int) -> list[Song]:
    key = (week, "album")
    dice = Dice(studio.seed, *key)
    act = _chosen(studio, dice, week, loyalty=3)
    album = studio.album(key, act, week, dice.between(7, 14))
    return _tracks(studio, key, act, album, week, known=0)


# Everybody listens to a new album once, and then to two or three of its songs.
def _tracks(
    studio: Studio, key: tuple[object, ...], act: Act, album: Album, week: int, known: int
) -> list[Song]:
    made = []
    for number in range(album.total_tracks - known):
        dice = Dice(studio.seed, "track", *key, number)
        track = studio.track((*key, number), act, album, studio.guests(dice, act, week))
        career = _career(studio.seed, dice, act, week)
        career = replace(career, climb=0, peak=career.peak * 0.85 ** (number + 4 * known))
        if number > 2:
            career = replace(career, half_life=1.0 + 2 * dice.number(), returns_at=None)
        made.append(Song(career, ((week, track),)))
    return made


def _compilation(studio: Studio, week: int) -> list[Song]:
    key = (week, "compilation")
    dice = Dice(studio.seed, *key)
    cast = [_chosen(studio, dice, week, loyalty=1) for _ in range(dice.between(2, 4))]
    name = f"{dice.pick(FILMS)} (Original Motion Picture Soundtrack)"
    album = studio.album(
        key, cast[0], week, len(cast), name=name, kind="compilation", credit=various(studio.seed)
    )
    made = []
    for number, act in enumerate(cast):
        track = studio.track((*key, number), act, album, [])
        track = replace(track, name=f'{track.name} (From "{name.split(" (")[0]}")')
        made.append(Song(_career(studio.seed, dice, act, week), ((week, track),)))
    return made


def _evergreen(studio: Studio, number: int) -> Song:
    dice = Dice(studio.seed, "evergreen", number)
    act = dice.pick([act for act in studio.roster[:40] if act.is_heritage or dice.chance(0.2)])
    track = _old(dice, studio.single(("evergreen", number), act, -number, []))
    return Song(Career(-_BACKLOG, peak=6.5 + 7 * dice.number() ** 2), ((-_BACKLOG, track),))


def _seasonal(studio: Studio, name: str, season: int) -> Song:
    dice = Dice(studio.seed, "season", name)
    act = dice.pick(studio.roster[:40])
    album = studio.album(("season", name), act, 0, 1, name=name, kind="single")
    track = _old(dice, studio.track(("season", name), act, album, [], name=name))
    career = Career(-_BACKLOG, peak=14 + 36 * dice.number() ** 2, season=season)
    return Song(career, ((-_BACKLOG, track),))


# Of an old song, often only the year is known, or the month.
def _old(dice: Dice, track: Track) -> Track:
    day = f"{dice.between(1964, 2019)}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
    precision, length = dice.weighted((("year", 4), ("month", 7), ("day", 10)), (0.35, 0.15, 0.5))
    isrc = f"{track.isrc[:5]}{day[2:4]}{track.isrc[7:]}"
    album = replace(track.album, release_date=day[:length], release_date_precision=precision)
    return replace(track, album=album, isrc=isrc)


def _chosen(studio: Studio, dice: Dice, week: int, *, loyalty: int) -> Act:
    working = studio.working(week)
    return dice.weighted(working, [act.fame**loyalty for act in working])


def _career(seed: int, dice: Dice, act: Act, week: int) -> Career:
    is_sleeper = dice.chance(0.3)
    return Career(
        begins=week,
        peak=11.0 * act.fame * _fashion(seed, act.scene.name, week) * exp(0.55 * dice.bell()),
        climb=dice.between(5, 14) if is_sleeper else dice.between(0, 3),
        half_life=(12 if is_sleeper else 8) + 28 * dice.number() ** 2,
        returns_at=dice.between(16, 70) if dice.chance(_FOUND_AGAIN_SHARE) else None,
    )


# Each scene has its years: the reason to look at genres over time.
def _fashion(seed: int, scene: str, week: int) -> float:
    turns = week / (YEAR * (1.5 + 2 * share(seed, "tide", scene))) + share(seed, "phase", scene)
    return 1 + 0.35 * sin(2 * pi * turns)
