"""Chance that depends on a key alone: the same on every machine, in every Python."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from itertools import accumulate
from random import Random
from typing import TypeVar

_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

T = TypeVar("T")


class Dice:
    """A stream of throws that its key decides."""

    # Only `Random.random` promises to give the same numbers in every version
    # of Python, so all else is derived from it here.
    def __init__(self, *key: object) -> None:
        self._random = Random(_joined(key))  # noqa: S311 - a game, not a lock

    def number(self) -> float:
        """A number from 0 up to, but not including, 1."""
        return self._random.random()

    def chance(self, share: float) -> bool:
        """True in `share` of all throws."""
        return self.number() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.number() * (high - low + 1))

    def bell(self) -> float:
        """A number around 0, two thirds of them within 1, none beyond 3."""
        return 2 * (self.number() + self.number() + self.number()) - 3

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, all alike."""
        return options[int(self.number() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, the heavier ones more often."""
        sums = list(accumulate(weights))
        mark = self.number() * sums[-1]
        return next(option for option, upto in zip(options, sums, strict=True) if mark < upto)

    def fill(self, pattern: str, words: Mapping[str, Sequence[str]]) -> str:
        """The pattern with each `{kind}` replaced by one of the words of that kind."""
        return re.sub(r"\{(\w+)\}", lambda match: self.pick(words[match[1]]), pattern)


def share(*key: object) -> float:
    """One number from 0 to 1 for the key, without the cost of a stream."""
    digest = blake2b(_joined(key).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def identifier(*key: object, length: int = 22) -> str:
    """The base-62 id of the key, as long as Spotify's."""
    number = int.from_bytes(blake2b(_joined(key).encode(), digest_size=32).digest(), "big")
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(digits)


def _joined(key: tuple[object, ...]) -> str:
    return "/".join(map(str, key))
