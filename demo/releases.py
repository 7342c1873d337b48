"""The releases of the invented world, week by week, with the career of each song."""

from __future__ import annotations

from dataclasses import replace
from math import exp, pi, sin

from demo.acts import Act, create_acts, various_artists
from demo.careers import YEAR, Career
from demo.dice import Dice, fraction
from demo.studio import Key, Song, Studio
from demo.titles import SUMMER, WINTER
from demo.values import Album, Track

# Releases start this many weeks before week 0, so that the first chart is full.
_BACKLOG_WEEKS = 90
_EVERGREENS = 42
_REISSUED_SHARE = 0.16
_REVIVED_SHARE = 0.07
_WEEKS_PER_COMPILATION = 6


def create_songs(seed: int, weeks: int) -> list[Song]:
    """All songs released before the end of the last week. More weeks only append to the list."""
    studio = Studio(seed, create_acts(seed, weeks))
    songs = [_evergreen(studio, number) for number in range(_EVERGREENS)]
    songs += [_seasonal_song(studio, name, 7) for name in WINTER]
    songs += [_seasonal_song(studio, name, 38) for name in SUMMER]
    for week in range(-_BACKLOG_WEEKS, weeks):
        songs += _week_releases(studio, week)
    return songs


def _week_releases(studio: Studio, week: int) -> list[Song]:
    dice = Dice(studio.seed, "week", week)
    songs: list[Song] = []
    for number in range(dice.between(4, 6)):
        songs += _release_single(studio, week, number)
    if dice.chance(0.3):
        songs += _release_album(studio, week)
    if week % _WEEKS_PER_COMPILATION == 2:
        songs += _release_compilation(studio, week)
    return songs


def _release_single(studio: Studio, week: int, number: int) -> list[Song]:
    key = (week, number)
    dice = Dice(studio.seed, "career", *key)
    act = _choose_act(studio, dice, week, fame_exponent=1)
    track = studio.create_single(key, act, week, studio.choose_guests(dice, act, week))
    career = _create_career(studio.seed, dice, act, week)
    if not dice.chance(_REISSUED_SHARE):
        return [Song(career, ((week, track),))]
    return _reissue_on_album(studio, dice, act, track, career)


# Once the album is out, the single charts as a track of the album, with another id.
def _reissue_on_album(
    studio: Studio, dice: Dice, act: Act, single: Track, career: Career
) -> list[Song]:
    week = career.first_week + dice.between(3, 9)
    key = (career.first_week, "album of", single.song_id)
    album = studio.create_album(key, act, week, dice.between(5, 11))
    album_track = studio.rerelease(single, album)
    song = Song(career, ((career.first_week, single), (week, album_track)))
    return [song, *_album_songs(studio, key, act, album, week, known_tracks=1)]


def _release_album(studio: Studio, week: int) -> list[Song]:
    key = (week, "album")
    dice = Dice(studio.seed, *key)
    act = _choose_act(studio, dice, week, fame_exponent=3)
    album = studio.create_album(key, act, week, dice.between(7, 14))
    return _album_songs(studio, key, act, album, week, known_tracks=0)


# All tracks of a new album chart in its first week. Only the first two or three stay.
def _album_songs(
    studio: Studio, key: Key, act: Act, album: Album, week: int, known_tracks: int
) -> list[Song]:
    songs = []
    for number in range(album.total_tracks - known_tracks):
        dice = Dice(studio.seed, "track", *key, number)
        guests = studio.choose_guests(dice, act, week)
        track = studio.create_track((*key, number), act, album, guests)
        career = _create_career(studio.seed, dice, act, week)
        peak = career.peak * 0.85 ** (number + 4 * known_tracks)
        career = replace(career, climb_weeks=0, peak=peak)
        if number > 2:
            career = replace(career, half_life=1.0 + 2 * dice.number(), revival_age=None)
        songs.append(Song(career, ((week, track),)))
    return songs


def _release_compilation(studio: Studio, week: int) -> list[Song]:
    key = (week, "compilation")
    dice = Dice(studio.seed, *key)
    acts = [_choose_act(studio, dice, week, fame_exponent=1) for _ in range(dice.between(2, 4))]
    film = studio.film(dice)
    album = studio.create_album(
        key,
        acts[0],
        week,
        len(acts),
        name=f"{film} (Original Motion Picture Soundtrack)",
        album_type="compilation",
        artist=various_artists(studio.seed),
    )
    songs = []
    for number, act in enumerate(acts):
        track = studio.create_track((*key, number), act, album, [])
        track = replace(track, name=f'{track.name} (From "{film}")')
        songs.append(Song(_create_career(studio.seed, dice, act, week), ((week, track),)))
    return songs


def _evergreen(studio: Studio, number: int) -> Song:
    dice = Dice(studio.seed, "evergreen", number)
    act = dice.pick([act for act in studio.acts[:40] if act.is_heritage or dice.chance(0.2)])
    track = _backdated(dice, studio.create_single(("evergreen", number), act, -number, []))
    career = Career(-_BACKLOG_WEEKS, peak=6.5 + 7 * dice.number() ** 2)
    return Song(career, ((-_BACKLOG_WEEKS, track),))


def _seasonal_song(studio: Studio, name: str, season_week: int) -> Song:
    key = ("season", name)
    dice = Dice(studio.seed, *key)
    act = dice.pick(studio.acts[:40])
    album = studio.create_album(key, act, 0, 1, name=name, album_type="single")
    track = _backdated(dice, studio.create_track(key, act, album, [], name=name))
    peak = 14 + 36 * dice.number() ** 2
    career = Career(-_BACKLOG_WEEKS, peak=peak, season_week=season_week)
    return Song(career, ((-_BACKLOG_WEEKS, track),))


# For many old songs, Spotify knows only the year or the month of the release.
def _backdated(dice: Dice, track: Track) -> Track:
    day = f"{dice.between(1964, 2019)}-{dice.between(1, 12):02d}-{dice.between(1, 28):02d}"
    precision, length = dice.weighted((("year", 4), ("month", 7), ("day", 10)), (0.35, 0.15, 0.5))
    isrc = f"{track.isrc[:5]}{day[2:4]}{track.isrc[7:]}"
    album = replace(track.album, release_date=day[:length], release_date_precision=precision)
    return replace(track, album=album, isrc=isrc)


def _choose_act(studio: Studio, dice: Dice, week: int, *, fame_exponent: int) -> Act:
    acts = studio.active_acts(week)
    return dice.weighted(acts, [act.fame**fame_exponent for act in acts])


def _create_career(seed: int, dice: Dice, act: Act, week: int) -> Career:
    is_sleeper = dice.chance(0.3)
    return Career(
        first_week=week,
        peak=11.0 * act.fame * _scene_trend(seed, act.scene.name, week) * exp(0.55 * dice.bell()),
        climb_weeks=dice.between(5, 14) if is_sleeper else dice.between(0, 3),
        half_life=(12 if is_sleeper else 8) + 28 * dice.number() ** 2,
        revival_age=dice.between(16, 70) if dice.chance(_REVIVED_SHARE) else None,
    )


# Scenes become more and less popular over the years, so that genres have a trend to show.
def _scene_trend(seed: int, scene: str, week: int) -> float:
    cycle_years = 1.5 + 2 * fraction(seed, "tide", scene)
    cycles = week / (YEAR * cycle_years) + fraction(seed, "phase", scene)
    return 1 + 0.35 * sin(2 * pi * cycles)
