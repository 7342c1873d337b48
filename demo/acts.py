"""The artists of the invented world, and what determines their success."""

from __future__ import annotations

from dataclasses import dataclass

from demo.dice import Dice, identifier
from demo.scenes import SCENES, Scene
from demo.values import Artist

ESTABLISHED_ACTS = 120
HERITAGE_ACTS = 16
_WEEKS_PER_DEBUT = 2
_GENRELESS_SHARE = 0.12
# Names with characters that careless code gets wrong, by the act's index: commas, quotes,
# ampersands, emoji and other scripts.
_FIXED_NAMES = {
    17: ("Marlow, The Tailor", "hip hop"),
    18: ("Salt, Thyme & Honey", "indie"),
    19: ('Nico "El Faro" Beltramo', "latin"),
    20: ("mochi🌙club", "electronic"),
    21: ("LUMENIA", "k-pop"),
    22: ("Sólveig Þorláks", "nordic"),
    23: ("夜更けの灯台", "j-pop"),
    24: ("ليان الندى", "arabic"),
    25: ("은하우체국", "k-pop"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """An artist with a scene, a fame factor, and the week of their debut.

    A heritage act has old songs only and releases nothing new.
    """

    artist: Artist
    scene: Scene
    fame: float
    debut_week: int
    is_heritage: bool


def create_acts(seed: int, weeks: int) -> list[Act]:
    """All acts that debut within the given number of weeks. More weeks only append to the list."""
    used_names: set[str] = {name for name, _ in _FIXED_NAMES.values()}
    count = ESTABLISHED_ACTS + weeks // _WEEKS_PER_DEBUT
    return [_create_act(seed, index, used_names) for index in range(count)]


def various_artists(seed: int) -> Artist:
    """The artist that compilations are credited to."""
    return Artist(identifier(seed, "various"), "Various Artists", ())


def _create_act(seed: int, index: int, used_names: set[str]) -> Act:
    name, scene = _choose_name(seed, index, used_names)
    dice = Dice(seed, "act", index)
    artist_id = identifier(seed, "artist", index)
    country = Dice(seed, "country", artist_id).pick(scene.countries)
    artist = Artist(artist_id, name, _choose_genres(dice, scene), country)
    is_established = index < ESTABLISHED_ACTS
    debut_week = -999 if is_established else (index - ESTABLISHED_ACTS) * _WEEKS_PER_DEBUT
    fame = 0.35 + 1.5 * dice.number() ** 3
    return Act(artist, scene, fame, debut_week, is_heritage=index < HERITAGE_ACTS)


def _choose_name(seed: int, index: int, used_names: set[str]) -> tuple[str, Scene]:
    if index in _FIXED_NAMES:
        name, scene_name = _FIXED_NAMES[index]
        return name, next(scene for scene in SCENES if scene.name == scene_name)
    dice = Dice(seed, "name", index)
    while True:
        scene = dice.weighted(SCENES, [scene.weight for scene in SCENES])
        name = dice.fill(dice.pick(scene.artists), scene.words)
        if name not in used_names:
            used_names.add(name)
            return name, scene


def _choose_genres(dice: Dice, scene: Scene) -> tuple[str, ...]:
    if dice.chance(_GENRELESS_SHARE):
        return ()
    genres = [dice.pick(scene.genres) for _ in range(dice.between(1, 3))]
    return tuple(dict.fromkeys([scene.genres[0], *genres] if dice.chance(0.7) else genres))
