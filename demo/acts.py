"""The artists of the invented world, in the order in which they appear."""

from __future__ import annotations

from dataclasses import dataclass

from demo.dice import Dice, identifier
from demo.scenes import SCENES, Scene
from demo.values import Artist

ESTABLISHED = 120
HERITAGE = 16
_WEEKS_PER_DEBUT = 2
_GENRELESS_SHARE = 0.12
# Names that naive code breaks on: commas, quotes, ampersands, an emoji.
_GIVEN_NAMES = {
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
    """An artist at work: where they belong, how famous they are, and since which week."""

    artist: Artist
    scene: Scene
    fame: float
    debut: int
    is_heritage: bool


def acts(seed: int, weeks: int) -> list[Act]:
    """All artists who have appeared by the last of the weeks; more weeks only add to the list."""
    taken: set[str] = {name for name, _ in _GIVEN_NAMES.values()}
    return [_act(seed, index, taken) for index in range(ESTABLISHED + weeks // _WEEKS_PER_DEBUT)]


def various(seed: int) -> Artist:
    """Whom compilations are credited to."""
    return Artist(identifier(seed, "various"), "Various Artists", ())


def _act(seed: int, index: int, taken: set[str]) -> Act:
    name, scene = _named(seed, index, taken)
    dice = Dice(seed, "act", index)
    artist = Artist(identifier(seed, "artist", index), name, _genres(dice, scene))
    debut = max(0, (index - ESTABLISHED) * _WEEKS_PER_DEBUT) if index >= ESTABLISHED else -999
    fame = 0.35 + 1.5 * dice.number() ** 3
    return Act(artist, scene, fame, debut, is_heritage=index < HERITAGE)


def _named(seed: int, index: int, taken: set[str]) -> tuple[str, Scene]:
    if index in _GIVEN_NAMES:
        name, wanted = _GIVEN_NAMES[index]
        return name, next(scene for scene in SCENES if scene.name == wanted)
    dice = Dice(seed, "name", index)
    while True:
        scene = dice.weighted(SCENES, [scene.weight for scene in SCENES])
        name = dice.fill(dice.pick(scene.artists), scene.words)
        if name not in taken:
            taken.add(name)
            return name, scene


def _genres(dice: Dice, scene: Scene) -> tuple[str, ...]:
    if dice.chance(_GENRELESS_SHARE):
        return ()
    chosen = [dice.pick(scene.genres) for _ in range(dice.between(1, 3))]
    return tuple(dict.fromkeys([scene.genres[0], *chosen] if dice.chance(0.7) else chosen))
