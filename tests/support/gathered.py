"""Many hostile raw files at once, drawn by Hypothesis."""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, islice

import hypothesis

from tests.support.hostile import raw_files

_DRAWN_AT_ONCE = 500


def gather(size: int, seed: int) -> dict[str, bytes]:
    """So many different raw files by name, the same ones for the same seed."""
    drawn: dict[tuple[str, bytes], None] = {}
    rounds = count()
    while len(drawn) < size:
        drawn |= dict.fromkeys(_draw(f"{seed}, {next(rounds)}"))
    found: dict[str, bytes] = {}
    for number, (name, body) in enumerate(islice(drawn, size)):
        own = name.replace("{}", str(number))
        found[own if own not in found else f"{number} {own:.50}"] = body
    return found


def _draw(seed: str) -> list[tuple[str, bytes]]:
    drawn: list[tuple[str, bytes]] = []

    # One file an example, because parts of one example are often copies of each other.
    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=_DRAWN_AT_ONCE,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        database=None,
        deadline=None,
    )
    @hypothesis.given(raw_files())
    def draw(raw_file: tuple[str, bytes]) -> None:
        drawn.append(raw_file)

    draw()
    return drawn


def failing_part(files: dict[str, bytes], check: Callable[[dict[str, bytes]], object]) -> str:
    """The smallest part of the files that halving finds and that fails the check, to be shown."""
    items = list(files.items())
    middle = len(items) // 2
    for half in (dict(items[:middle]), dict(items[middle:])):
        try:
            check(half)
        except Exception:
            return failing_part(half, check) if len(half) > 1 else repr(half)
    return repr(files)
