"""Wording: how numbers are said."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """The number with its noun: `1 snapshot`, `2 snapshots`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
