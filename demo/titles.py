"""What the songs and albums of the invented world are called."""

from __future__ import annotations

from demo.acts import Act
from demo.dice import Dice

WINTER = (
    *("Candle in the Window", "Home by Midwinter", "Snow on the Last Train", "The Longest Night"),
    *("Mittens", "Sleigh Full of Stars", "December, Stay", "Frost & Cinnamon", "One More Log"),
    *("Vetrarsól", "Nieve en Enero", "첫눈의 편지", "雪あかり", "The Bells of Wexcombe"),
)
SUMMER = ("Ice Cream Weather", "Verano Otra Vez", "Barefoot in July", "Long Shadows, Cold Lemonade")
FILMS = ("The Paper Harbor", "Seven Oranges", "Midnight Ferry", "The Cartographer's Daughter")
# Titles that naive code breaks on.
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


def title(dice: Dice, act: Act, taken: set[str]) -> str:
    """A title that the artist has not used yet, as far as `taken` knows."""
    for _ in range(20):
        awkward = dice.chance(_AWKWARD_SHARE)
        name = dice.pick(_AWKWARD) if awkward else _plain(dice, act)
        if name not in taken:
            break
    taken.add(name)
    return name


def credited(name: str, guests: list[str], dice: Dice) -> str:
    """The title as shown when guests sing along; sometimes it does not mention them."""
    if not guests or dice.chance(0.25):
        return name
    word = "with" if dice.chance(0.2) else "feat."
    return f"{name} ({word} {' & '.join(guests)})"


def album_title(dice: Dice, act: Act) -> str:
    """A title for an album."""
    if "place" not in act.scene.words:
        return _plain(dice, act)
    return dice.fill(dice.pick(_ALBUMS), act.scene.words)


def _plain(dice: Dice, act: Act) -> str:
    return dice.fill(dice.pick(act.scene.titles), act.scene.words)
