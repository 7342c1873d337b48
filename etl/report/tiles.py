"""A map of the world's countries as tiles of one size, roughly where each country lies.

On it, Luxembourg is as easy to find as Canada, and it needs no shapes of countries.
"""

from __future__ import annotations

from functools import cache

# A country has its code, in lower case; two dots are sea.
_WORLD = """
.. .. .. .. .. .. .. gl .. is .. .. no se fi .. .. .. .. .. .. .. .. .. .. ..
.. ca .. .. .. .. .. .. .. ie gb .. dk .. ee lv .. ru .. .. .. .. .. .. .. ..
.. us .. .. .. .. .. .. .. .. be nl de pl lt by .. .. .. .. .. .. .. .. .. ..
.. mx .. .. .. .. .. .. .. fr lu li cz sk ua md .. .. kz kg .. mn .. .. .. ..
.. gt bz .. bs .. .. .. pt es mc ch at hu ro .. ge az uz tj .. cn kp jp .. ..
.. sv hn cu jm ht do .. .. ad sm it si hr rs bg am ir tm af pk np kr .. tw ..
.. .. ni cr pa kn ag .. .. .. mt va ba me .. mk iq .. .. .. in bt .. hk mo ..
.. .. .. co ve dm lc .. ma .. .. .. .. al gr tr sy lb kw bh lk bd mm la vn ph
.. .. ec pe gd vc bb .. eh dz tn ly eg cy il ps jo sa qa ae mv .. th kh my bn
.. .. .. bo br tt gy .. mr ml ne td sd er dj .. .. ye om .. .. .. sg id tl pg
.. .. .. py sr .. .. cv sn gm bf ng cf ss et so .. .. .. .. .. .. .. au sb vu
.. .. cl uy ar .. .. .. gw gn ci bj cm ug ke .. .. .. .. .. .. .. .. .. nz fj
.. .. .. .. .. .. .. .. sl lr gh tg gq rw tz km sc .. .. .. .. .. .. .. ws to
.. .. .. .. .. .. .. .. .. .. st ga cg bi mw mg .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. ao cd zm mz mu .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. na bw zw .. .. .. .. .. .. .. .. .. .. .. ..
.. .. .. .. .. .. .. .. .. .. .. .. za sz ls .. .. .. .. .. .. .. .. .. .. ..
"""


@cache
def places() -> dict[str, tuple[int, int]]:
    """The row and column of each country on the map, from 1 on, by its code."""
    return {
        country: (row, column)
        for row, line in enumerate(_WORLD.split("\n")[1:-1], 1)
        for column, country in enumerate(line.split(), 1)
        if country != ".."
    }


def place(country: str, number: int = 0) -> tuple[int, int]:
    """Where the country is on the map; the `number`th of those that it lacks stand below it."""
    below = max(row for row, _ in places().values()) + 1
    return places().get(country, (below, number + 1))
