"""Titles for the songs and albums of the invented world."""

from __future__ import annotations

from itertools import chain, count

from demo.acts import Act
from demo.dice import Dice

WINTER = (
    *("Candle in the Window", "Home by Midwinter", "Snow on the Last Train", "The Longest Night"),
    *("Mittens", "Sleigh Full of Stars", "December, Stay", "Frost & Cinnamon", "One More Log"),
    *("Vetrarsól", "Nieve en Enero", "첫눈의 편지", "雪あかり", "The Bells of Wexcombe"),
)
SUMMER = ("Ice Cream Weather", "Verano Otra Vez", "Barefoot in July", "Long Shadows, Cold Lemonade")
_FILMS = [
    f"{first} {last}"
    for first in ("The Paper", "Midnight", "The Cartographer's", "Northern", "The Borrowed")
    for last in ("Harbor", "Ferry", "Daughter", "Orchard", "Lantern", "Staircase", "Parade")
]
# Titles with characters that careless code gets wrong.
_AWKWARD = (
    *('"Almost" Is a Word', "Left\\Right", "Oh, Well, Alright", 'Don\'t Say "Forever"', "\\o/"),
    *(
        "50% Off, 100% Yours",
        "Salt; Pepper",
        "Half | Moon",
        "=Equal=",
        "null",
        "Rain (Demo) [Live]",
    ),
    *("C:\\Dreams\\", "Ça va, ça va", "ЛЕТО ☀️"),
)
_AWKWARD_SHARE = 0.04
_ALBUMS = ("{noun}", "The {noun} Years", "{adj} {noun}", "Songs for {place}")


def new_title(dice: Dice, act: Act, used_titles: set[str]) -> str:
    """A title for a song, added to `used_titles`.

    After 20 attempts without an unused title, the last one gets a number.
    """
    for _ in range(20):
        is_awkward = dice.chance(_AWKWARD_SHARE)
        title = dice.pick(_AWKWARD) if is_awkward else _scene_title(dice, act)
        if title not in used_titles:
            break
    return _unused(title, used_titles, "{}, Pt. {}")


def add_guests(title: str, guests: list[str], dice: Dice) -> str:
    """The title with the names of the guests, which a quarter of the titles omit."""
    if not guests or dice.chance(0.25):
        return title
    word = "with" if dice.chance(0.2) else "feat."
    return f"{title} ({word} {' & '.join(guests)})"


def album_title(dice: Dice, act: Act, used_titles: set[str]) -> str:
    """A title for an album, added to `used_titles`; after some attempts, it gets a number."""
    for _ in range(20):
        has_places = "place" in act.scene.words
        title = dice.fill(dice.pick(_ALBUMS if has_places else act.scene.titles), act.scene.words)
        if title not in used_titles:
            break
    return _unused(title, used_titles, "{} {}")


def film_title(dice: Dice, used_titles: set[str]) -> str:
    """A title for a film, added to `used_titles`; once all are used, a sequel."""
    return _unused(dice.pick(_FILMS), used_titles, "{} {}")


def _unused(title: str, used_titles: set[str], numbered: str) -> str:
    """The title, or the first of its sequels, that is not used yet; it is added to those used."""
    sequels = (numbered.format(title, number) for number in count(2))
    unused = next(name for name in chain([title], sequels) if name not in used_titles)
    used_titles.add(unused)
    return unused


def _scene_title(dice: Dice, act: Act) -> str:
    return dice.fill(dice.pick(act.scene.titles), act.scene.words)
