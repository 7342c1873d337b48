"""Reproducible randomness: the same key gives the same values in every Python, everywhere."""

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
    """A sequence of random values, seeded with a key."""

    # Python guarantees the same numbers in every version only for `Random.random`, so all
    # other methods are built on it.
    def __init__(self, *key: object) -> None:
        self._random = Random(_key_text(key))  # noqa: S311 - not used for security

    def number(self) -> float:
        """A number from 0 up to, but not including, 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """True with the given probability."""
        return self.number() < probability

    def between(self, low: int, high: int) -> int:
        """An integer from `low` to `high`, both included."""
        return low + int(self.number() * (high - low + 1))

    def bell(self) -> float:
        """A bell-shaped random number with mean 0 and standard deviation 1, from -3 to 3."""
        return 2 * (self.number() + self.number() + self.number()) - 3

    def pick(self, options: Sequence[T]) -> T:
        """One of the options, each equally likely."""
        return options[int(self.number() * len(options))]

    def weighted(self, options: Sequence[T], weights: Sequence[float]) -> T:
        """One of the options, each as likely as its weight."""
        cumulative = list(accumulate(weights))
        target = self.number() * cumulative[-1]
        pairs = zip(options, cumulative, strict=True)
        return next(option for option, upper_bound in pairs if target < upper_bound)

    def fill(self, pattern: str, words: Mapping[str, Sequence[str]]) -> str:
        """The pattern with each `{kind}` replaced by a random word of that kind."""
        return re.sub(r"\{(\w+)\}", lambda match: self.pick(words[match[1]]), pattern)


def fraction(*key: object) -> float:
    """A number from 0 up to 1 for the key. Cheaper than `Dice`, but a single value."""
    digest = blake2b(_key_text(key).encode(), digest_size=6).digest()
    return int.from_bytes(digest, "big") / 2**48


def identifier(*key: object, length: int = 22) -> str:
    """A base-62 id for the key. By default, it has the length of Spotify's ids."""
    number = int.from_bytes(blake2b(_key_text(key).encode(), digest_size=32).digest(), "big")
    digits = []
    for _ in range(length):
        number, digit = divmod(number, 62)
        digits.append(_BASE62[digit])
    return "".join(digits)


def _key_text(key: tuple[object, ...]) -> str:
    return "/".join(map(str, key))
