"""How the audience of a song grows and shrinks from week to week."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, exp2, log2, sin

# In millions of streams a week. A song with fewer cannot reach a chart of 200.
MIN_AUDIENCE = 3.0
YEAR = 52
_NEVER_ENDS = 10**6


@dataclass(frozen=True, slots=True)
class Career:
    """The parameters of a song's audience. `peak` is in millions of streams a week.

    The audience grows for `climb_weeks` weeks and then halves about every `half_life` weeks. It
    grows once more around the age of `revival_age` weeks, if that is set. A song with a
    `season_week` is heard around that week of every year. A song with neither `season_week` nor
    `half_life` is an evergreen: its audience varies slightly and never ends.
    """

    first_week: int
    peak: float
    climb_weeks: int = 0
    half_life: float | None = None
    revival_age: int | None = None
    season_week: int | None = None

    @property
    def last_week(self) -> int:
        """The last week in which the song can be on a chart."""
        if self.half_life is None:
            return _NEVER_ENDS
        half_lives = log2(max(self.peak, MIN_AUDIENCE) / MIN_AUDIENCE)
        faded_age = self.climb_weeks + self.half_life * half_lives
        revival_end_age = (self.revival_age or 0) + 30
        return self.first_week + int(max(faded_age, revival_end_age)) + 1

    def audience(self, week: int) -> float:
        """The audience in millions of streams, before random variation."""
        if self.season_week is not None:
            return self.peak * _seasonal_factor(week, self.season_week)
        if self.half_life is None:
            return self.peak * (0.9 + 0.1 * sin(week / 9 + self.peak))
        age = week - self.first_week
        if age < self.climb_weeks:
            return self.peak * (0.25 + 0.75 * (age + 1) / (self.climb_weeks + 1))
        decay = _decay_factor(age - self.climb_weeks, self.half_life)
        return self.peak * (decay + self._revival_factor(age))

    def _revival_factor(self, age: int) -> float:
        if self.revival_age is None:
            return 0.0
        weeks_after = age - self.revival_age
        return 0.7 * (exp(-((weeks_after / 2) ** 2)) if weeks_after < 0 else exp2(-weeks_after / 7))


# Decay has a fast part and a slow part. The slow part makes chart runs as long as real ones.
def _decay_factor(age: int, half_life: float) -> float:
    return 0.25 * exp2(-age / 2.5) + 0.75 * exp2(-age / half_life)


# Seasonal songs rise slowly and drop within a week, like Christmas songs.
def _seasonal_factor(week: int, season_week: int) -> float:
    weeks_after = (week - season_week + YEAR // 2) % YEAR - YEAR // 2
    if weeks_after < 0:
        return exp(-((weeks_after / 2.6) ** 2))
    return exp(-((weeks_after / 0.9) ** 2))
