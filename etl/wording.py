"""Wording of numbers and lists in messages."""

from __future__ import annotations

from collections.abc import Sequence


def counted(number: int, singular: str, plural: str = "") -> str:
    """The number with its noun: `1 snapshot`, `2 snapshots`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def printable(text: str) -> str:
    """The text with escapes in place of line breaks, control characters and broken Unicode."""
    return "".join(one if one.isprintable() else _escaped(one) for one in text)


def shortened(items: Sequence[str], most: int = 5) -> str:
    """The first items, and how many more there are: `a, b and 3 more`."""
    rest = f" and {len(items) - most:,} more" if len(items) > most else ""
    return ", ".join(items[:most]) + rest


def unit(period: str) -> str:
    """The period as a word that can be counted: `day`, `week`, `month`, or `period`."""
    return "period" if period[0].isdigit() else period


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
