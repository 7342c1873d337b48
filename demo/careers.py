"""How a song's audience grows, fades and sometimes comes back."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, exp2, log2, sin

# Below this audience no song reaches a chart of 200.
UNHEARD = 3.0
YEAR = 52
_AGELESS = 10**6


@dataclass(frozen=True, slots=True)
class Career:
    """What decides a song's audience; `peak` is in millions of streams a week.

    A song climbs for `climb` weeks and then loses half of what is left every `half_life` weeks.
    `returns_at` is the age in weeks at which it is found again; `season` is the week of the year
    around which it is heard, every year; a song that has neither is always there, by tides.
    """

    begins: int
    peak: float
    climb: int = 0
    half_life: float | None = None
    returns_at: int | None = None
    season: int | None = None

    @property
    def ends(self) -> int:
        """The last week in which anybody might notice."""
        if self.half_life is None:
            return _AGELESS
        faded = self.climb + self.half_life * log2(max(self.peak, UNHEARD) / UNHEARD)
        returned = (self.returns_at or 0) + 30
        return self.begins + int(max(faded, returned)) + 1

    def audience(self, week: int) -> float:
        """Millions of streams in the week, before chance has its say."""
        if self.season is not None:
            return self.peak * _seasonal(week, self.season)
        if self.half_life is None:
            return self.peak * (0.9 + 0.1 * sin(week / 9 + self.peak))
        age = week - self.begins
        if age < self.climb:
            return self.peak * (0.25 + 0.75 * (age + 1) / (self.climb + 1))
        return self.peak * (_faded(age - self.climb, self.half_life) + self._found_again(age))

    def _found_again(self, age: int) -> float:
        if self.returns_at is None:
            return 0.0
        late = age - self.returns_at
        return 0.7 * (exp(-((late / 2) ** 2)) if late < 0 else exp2(-late / 7))


# The first excitement goes fast, and the faithful stay: real runs are long
# because of the second part.
def _faded(age: int, half_life: float) -> float:
    return 0.25 * exp2(-age / 2.5) + 0.75 * exp2(-age / half_life)


# Winter songs come slowly and are gone the week after.
def _seasonal(week: int, season: int) -> float:
    late = (week - season + YEAR // 2) % YEAR - YEAR // 2
    return exp(-((late / 2.6) ** 2)) if late < 0 else exp(-((late / 0.9) ** 2))
