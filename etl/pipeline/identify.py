"""Identify: which snapshot a raw file holds, or which month of snapshots, by name and content.

This is the only place that knows. Chart and time come, in this order, from the envelope of a
snapshot that chartlake took; from the name, if it is a landing name or that of a chart file; from
the content; from a date or time in any other name; and the time alone, at last, from the moment
the file landed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from etl.errors import InvalidRawFile
from etl.lake.layout import Partition, is_chart_id
from etl.sources.spotify.responses import Response

Origin = Literal["envelope", "name", "content", "time in the name", "landing"]

# What programs add to the name of a copy: " (1)", " copy 2", " - Copy", " 2", "-1", or blanks. One
# digit after a hyphen is a copy's number; more may be part of a date. The alternatives differ in
# their first characters, so that no name takes long to match.
_MARKS = r"(?i: *(?:\(\d+\)|- copy|(?<= )copy|(?<= )[1-9]\d?(?!\d)|(?<!-\d)-[1-9](?!\d)))* *"
_COPY_OF = r"(?i: *copy of )* *"


def _file_name(stem: str, suffix: str) -> re.Pattern[str]:
    """A name and those of its copies; text editors add `.txt`, packers `.gz` or `.zst`."""
    return re.compile(
        rf"{_COPY_OF}{stem}{_MARKS}(?i:\.(?:{suffix}))(?i:\.(?:gz|zst))?(?:{_MARKS}(?i:\.txt))*{_MARKS}"
    )


_LANDING = _file_name(r"spotify_raw_([A-Za-z0-9._-]+)_(\d{8}T\d{6}Z)", "json|csv")
_CHART = r"[a-z]+(?:-[a-z0-9]+)+-(?:weekly|daily)"
_CHART_FILE = _file_name(
    rf"({_CHART})-(\d{{4}}-\d{{2}}-\d{{2}})(?:--(\d{{4}}-\d{{2}}-\d{{2}}))?", "csv"
)
# The rows of a bulk table that belong to one chart and month; their dates stand in a column.
_CHART_MONTH = _file_name(rf"({_CHART})-(\d{{4}}-(?:0[1-9]|1[0-2]))", "csv")
# What could be downloaded until 2021 as the latest chart, without its date.
_LATEST = _file_name(rf"({_CHART})-latest", "csv")
# A number that would be a year before 2006, when Spotify was founded, is something else, and so is
# what follows a date and is no time of day, such as a second date.
_TIME = re.compile(
    r"(?<!\d)(200[6-9]|20[1-9]\d)-?(\d{2})-?(\d{2})"
    r"(?:[T _-]?(?!\d{4}-\d{2}-\d{2})([01]\d|2[0-3])[:_.-]?([0-5]\d)[:_.-]?([0-5]\d)"
    r"(?:\.(\d{1,6})\d*)?(\+(?:0\d|1[0-4]):?[0-5]\d|-(?:0\d|1[0-2]):[0-5]\d)?)?Z?(?!\d)"
)
_DATE = re.compile(r"(?<!\d)20\d{2}-\d{2}-\d{2}(?!\d)")


@dataclass(frozen=True, slots=True)
class Identity:
    """The snapshot that a raw file holds, and where each part of that comes from.

    `chart_id` is None where neither name nor content gives a chart, and `snapshot_at` (UTC) where
    nothing gives a time. A file with the snapshots of a whole `month` has no time; its rows do.
    """

    chart_id: str | None = None
    snapshot_at: datetime | None = None
    chart_from: Origin | None = None
    time_from: Origin | None = None
    month: str | None = None

    @property
    def partition(self) -> Partition | None:
        """The partition to which the file belongs, where the identity is known and valid."""
        month = self.month or (f"{self.snapshot_at:%Y-%m}" if self.snapshot_at else None)
        if self.chart_id is None or month is None or not is_chart_id(self.chart_id):
            return None
        return Partition(self.chart_id, month)


def identify(
    name: str, response: Response | None = None, landed_at: datetime | None = None
) -> Identity:
    """The snapshot in a raw file with that name.

    `response` is its content, where that is one; without it, and without `landed_at`, the identity
    is what the name alone gives.
    """
    base = name.rpartition("/")[2]
    if response is None and (match := _CHART_MONTH.fullmatch(base)):
        return Identity(match[1], chart_from="name", time_from="content", month=match[2])
    if response is None and (undated := _undated_chart_file(base)):
        return Identity(undated[0], chart_from="name")
    named = _landing(base) or _chart_file(base)
    charts: list[tuple[str | None, Origin]] = [
        (response.envelope_chart_id if response else None, "envelope"),
        (named[0] if named else None, "name"),
        (response.content_chart_id if response else None, "content"),
    ]
    times: list[tuple[datetime | None, Origin]] = [
        (_parsed(response.captured_at) if response else None, "envelope"),
        (named[1] if named else _time_in(base), "name" if named else "time in the name"),
        (landed_at, "landing"),
    ]
    chart_id, chart_from = next((found for found in charts if found[0]), (None, None))
    snapshot_at, time_from = next((found for found in times if found[0]), (None, None))
    return Identity(chart_id, snapshot_at, chart_from, time_from)


def check_stated_time(name: str, response: Response | None = None) -> None:
    """Raise InvalidRawFile where a file states a time that is none; no other time is guessed."""
    stated = response.captured_at if response else None
    if stated is not None and _parsed(stated) is None:
        raise InvalidRawFile("captured_at is a time in ISO 8601", f"it is {stated!r}")
    base = name.rpartition("/")[2]
    if response is None and (undated := _undated_chart_file(base)):
        raise InvalidRawFile(
            "the name of a chart file has its date",
            f'it has "{undated[1]}" instead; state the date with chartlake land --at',
        )
    match = _LANDING.fullmatch(base)
    if stated is None and match and _moment(match[2]) is None:
        raise InvalidRawFile("the time in the name of a landing is a time", f"it is {match[2]}")
    if stated is None and not match and not _chart_file(base) and not holds_month(name):
        dates = _DATE.findall(base)
        if dates and not any(map(_moment, dates)):
            raise InvalidRawFile("a date in the name is a date", f"it is {dates[0]}")


def holds_month(name: str) -> bool:
    """Whether a raw file of that name has rows of a bulk table: those of a chart and a month."""
    return bool(_CHART_MONTH.fullmatch(name.rpartition("/")[2]))


def is_chart_of_files(chart_id: str) -> bool:
    """Whether a chart has an id as chart files and months of bulk tables state it."""
    return bool(re.fullmatch(_CHART, chart_id))


def month_name(partition: Partition) -> str:
    """The name of the raw file with the rows of a bulk table that belong to a partition."""
    return f"{partition.chart_id}-{partition.month}.csv"


def landing_name(chart_id: str, snapshot_at: datetime, suffix: str = "json") -> str:
    """The name that states chart and time, for any content; `suffix` is `json` or `csv`."""
    return f"spotify_raw_{chart_id}_{snapshot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{suffix}"


def _landing(base: str) -> tuple[str, datetime] | None:
    match = _LANDING.fullmatch(base)
    moment = match and _moment(match[2])
    return (match[1], moment) if match and moment else None


def _chart_file(base: str) -> tuple[str, datetime] | None:
    match = _CHART_FILE.fullmatch(base)
    if not match:
        return None
    chart_id, first, end = match.groups()
    moment = _moment(end or first)
    if moment is None or moment.date() == date.min:
        return None
    # Until 2021 names had two dates, from Friday to Friday; the chart date is the Thursday before
    # the second one.
    return chart_id, moment - timedelta(days=1 if end else 0)


def _undated_chart_file(base: str) -> tuple[str, str] | None:
    """The chart, and what stands in place of the date in the name of a chart file without one."""
    if match := _LATEST.fullmatch(base):
        return match[1], "latest"
    match = _CHART_FILE.fullmatch(base)
    return (match[1], match[3] or match[2]) if match and not _chart_file(base) else None


def _time_in(base: str) -> datetime | None:
    for match in _TIME.finditer(base):
        *parts, fraction, offset = match.groups()
        if moment := _moment("".join(part or "" for part in parts)):
            moment += timedelta(microseconds=int((fraction or "0").ljust(6, "0")))
            return moment - _offset(offset) if offset else moment
    return None


def _offset(text: str) -> timedelta:
    sign = -1 if text[0] == "-" else 1
    return sign * timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))


def _moment(text: str) -> datetime | None:
    digits = re.sub(r"\D", "", text).ljust(14, "0")
    try:
        return datetime.fromisoformat(f"{digits[:8]}T{digits[8:]}Z")
    except ValueError:
        return None


def _parsed(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
