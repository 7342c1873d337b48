"""A finding: where the lake or the mirror does not agree, and what repairs it."""

from __future__ import annotations

from dataclasses import dataclass

from etl.errors import ChartlakeError
from etl.wording import printable


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with one object, and what to do.

    A notice, for which `is_notice` holds, is about something that is still to be done, or that
    nothing repairs; the lake and the mirror agree all the same. `is_lost` holds where a raw file is
    not in the archive.
    """

    subject: str
    problem: str
    remedy: str
    is_notice: bool = False
    is_lost: bool = False

    @property
    def line(self) -> str:
        """The finding as one line, whatever characters are in the names of raw files."""
        return printable(f"{self.subject}: {self.problem}; {self.remedy}")


def unreadable(key: str, error: ChartlakeError) -> Finding:
    """The finding that the store does not hand out an object."""
    return Finding(key, "it cannot be checked", str(error))
