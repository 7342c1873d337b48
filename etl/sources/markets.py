"""Markets: the countries that have charts of their own, and the world.

A market is the ISO 3166-1 alpha-2 code of a country, in lower case, or `global`. Names come from
ISO and from the English of CLDR, which differ: "Korea, Republic of" is the one, "South Korea" the
other.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

GLOBAL = "global"

# Spellings in common use that are in neither ISO nor CLDR.
_SPELLINGS = {
    "GB": ["UK", "Great Britain"],
    "TR": ["Turkey"],
    "MO": ["Macau"],
    "CI": ["Ivory Coast"],
    "CZ": ["Czech Republic"],
    "AE": ["UAE"],
}


def market_of(text: str) -> str | None:
    """The market that a code or an English name states; None for a text that states none."""
    return _by_spelling().get(_folded(text))


def market_name(market: str) -> str:
    """The English name of a market: "United States", "Global"."""
    return "Global" if market == GLOBAL else min(_names()[market.upper()], key=len)


@cache
def _by_spelling() -> dict[str, str]:
    """The market of each spelling, folded."""
    import pycountry

    spellings = {GLOBAL: GLOBAL, "worldwide": GLOBAL, "world": GLOBAL}
    for country in pycountry.countries:
        code = country.alpha_2
        official = getattr(country, "official_name", country.name)
        # ISO sorts by the first word: "Korea, Republic of".
        in_order = " ".join(reversed(country.name.split(", ")))
        for spelling in (code, country.alpha_3, official, in_order, *_names()[code]):
            spellings[_folded(spelling)] = code.lower()
        for spelling in _SPELLINGS.get(code, []):
            spellings[_folded(spelling)] = code.lower()
    return spellings


@cache
def _names() -> dict[str, list[str]]:
    """The names in use for each country, by its code in upper case."""
    # Both are imported where they are needed, as few commands name a market.
    import pycountry
    from babel import Locale

    english = Locale("en").territories
    return {
        country.alpha_2: [
            english[country.alpha_2],
            getattr(country, "common_name", country.name),
            country.name,
        ]
        for country in pycountry.countries
    }


def _folded(text: str) -> str:
    """A text without case, accents and punctuation, and without a leading "the"."""
    letters = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[\W_]+", " ", re.sub(r"['’.]", "", plain)).strip()
    return re.sub(r"\bst\b", "saint", words.removeprefix("the "))
