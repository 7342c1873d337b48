"""Errors, grouped by what the caller does about them.

ChartlakeError
  x TransientError          the same call may succeed later; retry
    + ServiceUnavailable      a service throttles, times out, or is down
    + WriteConflict           another program changed the object first; read it again
    + PartitionUnsettled      the files of a partition are not those that its manifest describes
    + CrawlTimeout            the crawler is still running
  x PermanentError          the same call fails again; do not retry
    + AccessDenied            a service does not let this user or app do this
      - NotPermitted            AWS knows the credentials, but they may not do this
    + UnexpectedResponse      a service sent something that it does not document
    + InvalidInput            a file or folder given by the user cannot be used
    + InvalidRawFile          a raw file breaks a rule; quarantine it and go on
    + LakeError               the lake cannot be used
      - ObjectMissing           there is no object with that key
      - DamagedObject           an object does not hold what chartlake wrote
      - NewerFormat             only a newer version of chartlake knows the format of an object
    + MirrorError             the mirror cannot be read or replaced
      - MirrorOutdated          another version of chartlake wrote it; refresh it
    + QueryError              the query is wrong, or cannot be answered
      - Untranslatable          an expression is not known to have the same value elsewhere
    + CrawlFailed             the crawler failed, or cannot run
    + RunFailed               several steps of a run failed
  x ConfigurationError      settings are missing or malformed

Each message says what happened, to which object, what state the data is in, and what to do.
"""

from __future__ import annotations

from typing import Any, Literal

Service = Literal[
    "Spotify",
    "MusicBrainz",
    "S3",
    "Glue",
    "Athena",
    "SQS",
    "SSM",
    "Lambda",
    "EventBridge",
    "IAM",
    "Prefect",
    "the disk",
]


class ChartlakeError(Exception):
    """The base of all errors that chartlake raises on purpose."""

    # By default, pickle calls the class with the message alone, which fails for the errors
    # that need more, and Prefect sends failures from one process to another.
    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (type(self), self.args, self.__dict__)


def _restore(
    kind: type[ChartlakeError], arguments: tuple[Any, ...], fields: dict[str, Any]
) -> ChartlakeError:
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(fields)
    return error


class TransientError(ChartlakeError):
    """The same call may succeed later; `retry_after` is in seconds, where it is known."""

    retry_after: float | None = None


class ServiceUnavailable(TransientError):
    """A service throttles, times out, or is down."""

    def __init__(self, message: str, *, service: Service, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.service = service
        self.retry_after = retry_after


class WriteConflict(TransientError):
    """An object changed between reading and writing it; the other version stands."""


class PartitionUnsettled(TransientError):
    """The files of a partition are not those that its manifest describes.

    A publisher is at work, or died, or somebody changed the files.
    """


class CrawlTimeout(TransientError):
    """The Glue crawler is still running after the time allowed for it."""


class PermanentError(ChartlakeError):
    """The same call fails again."""


class AccessDenied(PermanentError):
    """A service does not let this user or app do this; `status` is the HTTP status, if any."""

    def __init__(self, message: str, *, service: Service, status: int | None = None) -> None:
        super().__init__(message)
        self.service = service
        self.status = status


class NotPermitted(AccessDenied):
    """AWS knows the credentials, but no policy allows them this request."""


class UnexpectedResponse(PermanentError):
    """A service sent something that it does not document."""

    def __init__(self, message: str, *, service: Service) -> None:
        super().__init__(message)
        self.service = service


class InvalidInput(PermanentError):
    """A file or folder given by the user cannot be used."""


class InvalidRawFile(PermanentError):
    """A raw file breaks `rule`; `offenders` are the cells or entries that break it."""

    def __init__(self, rule: str, *offenders: str) -> None:
        super().__init__(f"{rule}: {'; '.join(offenders)}")
        self.rule = rule
        self.offenders = offenders


class LakeError(PermanentError):
    """The lake, or one of its objects, cannot be used."""


class ObjectMissing(LakeError):
    """There is no object with that key in the lake."""


class DamagedObject(LakeError):
    """An object of the lake does not hold what chartlake wrote."""


class NewerFormat(LakeError):
    """An object of the lake is in a format that only a newer version of chartlake knows."""


class MirrorError(PermanentError):
    """The mirror cannot be opened, read or replaced."""


class MirrorOutdated(MirrorError):
    """Another version of chartlake wrote the mirror, and a refresh brings it up to this one."""


class QueryError(PermanentError):
    """The query is wrong, or cannot be answered."""


class Untranslatable(QueryError):
    """An expression is not known to have the same value on another engine."""


class CrawlFailed(PermanentError):
    """The Glue crawler failed, or cannot run."""


class RunFailed(PermanentError):
    """Several steps of a run failed; the message has all their sentences, a line each."""


class ConfigurationError(ChartlakeError):
    """Settings are missing or malformed."""
