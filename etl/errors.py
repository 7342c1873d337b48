"""What can go wrong, grouped by what the caller does about it.

ChartlakeError
  x Unavailable             throttled, timed out, down, overtaken: it may work later; retry
    + SourceUnavailable       Spotify did not answer; nothing was landed
    + LakeUnavailable         the lake did not answer; what was written before is whole
    + PublishConflict         another publisher was first; read again, then publish again
    + CrawlTimedOut           the crawler is still at work; the lake itself is published
  x Refused                 asking again gives the same answer; do not retry
    + AccessDenied            Spotify does not show this chart to this app
    + UnexpectedResponse      Spotify answered with something that is not a playlist
    + LakeRefused             the lake or one of its objects is not ours to touch, or not usable
      - ObjectMissing           there is no such object
    + CrawlFailed             the crawler ran and failed; the lake itself is published
    + QueueRefused            the queue of the bucket's notifications cannot be read
    + MirrorRefused           the mirror cannot be read or replaced; the old one is whole
    + QueryRefused            the query is not valid, or does not fit the mirror
  x UnreadableSnapshot      this one raw file cannot be understood; quarantine it, go on
  x Misconfigured           settings are missing or malformed; stop, all of them are listed

Each message says what happened, to which object, what state the data is in and what to do.
"""

from __future__ import annotations

from typing import Any


class ChartlakeError(Exception):
    """The base of all errors that chartlake raises on purpose."""

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self.details = details

    def __str__(self) -> str:
        return self.message

    # An exception with more than one argument does not survive pickling by
    # itself, and Prefect ships failures between processes.
    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.message, self.details)


def _rebuild(kind: type[ChartlakeError], message: str, details: dict[str, Any]) -> ChartlakeError:
    return kind(message, **details)


class Unavailable(ChartlakeError):
    """The same call may succeed later; `retry_after` is in seconds, where it is known."""

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, where they are known."""
        return self.details.get("retry_after")


class SourceUnavailable(Unavailable):
    """Spotify was throttling, slow or down; nothing was landed."""


class LakeUnavailable(Unavailable):
    """The lake did not answer; every object written before is whole."""


class PublishConflict(Unavailable):
    """An object changed between reading and writing it; the other writer's version stands."""


class CrawlTimedOut(Unavailable):
    """The Glue crawler did not end in time; it goes on by itself."""


class Refused(ChartlakeError):
    """Asking again gives the same answer."""


class AccessDenied(Refused):
    """Spotify does not show this chart to this app."""


class UnexpectedResponse(Refused):
    """Spotify answered with something that is not what it documents."""


class LakeRefused(Refused):
    """The lake or one of its objects is not ours to touch, or not usable."""


class ObjectMissing(LakeRefused):
    """There is no object of that key in the lake."""


class CrawlFailed(Refused):
    """The Glue crawler ran and failed, or cannot be run."""


class QueueRefused(Refused):
    """The queue in which the bucket tells what was put into it cannot be read."""


class MirrorRefused(Refused):
    """The mirror cannot be opened, read or replaced."""


class QueryRefused(Refused):
    """The query cannot be answered as it is written."""


class UnreadableSnapshot(ChartlakeError):
    """One raw file breaks a rule; `rule` names it."""

    @property
    def rule(self) -> str:
        """The sentence of the rule that is broken."""
        return str(self.details.get("rule", ""))


class Misconfigured(ChartlakeError):
    """Settings are missing or malformed."""
