"""What travels between stages: the keys of the lake, and what a raw file's name says of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PENDING = "raw_data/to_be_processed/"
PROCESSED = "raw_data/processed/"
QUARANTINE = "raw_data/quarantine/"
REFERENCE = "raw_data/reference/"
TRANSFORMED = "transformed_data/"
MANIFESTS = "manifests/"
REASON_SUFFIX = ".reason.json"
TABLES = ("songs", "albums", "artists")

_CHART_ID = re.compile(r"[A-Za-z0-9._-]+")
_COPY = r"(?: ?\(\d+\))?"
_LANDING = re.compile(rf"spotify_raw_([A-Za-z0-9._-]+)_(\d{{8}}T\d{{6}}Z){_COPY}\.(?:json|csv)")
_CHART_FILE = re.compile(
    r"([a-z]+(?:-[a-z0-9]+)+-(?:weekly|daily))"
    rf"-(\d{{4}}-\d{{2}}-\d{{2}})(?:--(\d{{4}}-\d{{2}}-\d{{2}}))?{_COPY}\.csv"
)
# Years before 2006, when Spotify was founded, are some other number.
_FOREIGN_TIME = re.compile(
    r"(?<!\d)(200[6-9]|20[1-9]\d)-?(\d{2})-?(\d{2})"
    r"(?:[T _-]?(\d{2})[:_.-]?(\d{2})[:_.-]?(\d{2})(?:\.(\d{1,6})\d*)?)?Z?(?!\d)"
)
_REPLACED = re.compile(r"\.replaced-[0-9a-f]{12}(\.[A-Za-z0-9]+)?$")


@dataclass(frozen=True, slots=True)
class NamedIdentity:
    """What a raw file's name states, and what it merely lets one infer.

    `chart_id` and `snapshot_at` come from a landing name or a chart file's name and outrank
    the content; `foreign_at` is a date or time found in any other name, and does not.
    """

    chart_id: str | None = None
    snapshot_at: datetime | None = None
    foreign_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One snapshot as its partition's manifest lists it."""

    snapshot_at: datetime
    raw_name: str
    sha256: str
    entries: int
    expected_entries: int
    is_complete: bool


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """All snapshots of one chart in one month (`YYYY-MM`, UTC)."""

    chart_id: str
    month: str

    @property
    def manifest_key(self) -> str:
        """Where the partition's manifest lies."""
        return f"{MANIFESTS}{self.chart_id}/{self.month}.json"

    def table_key(self, table: str, suffix: str) -> str:
        """Where the partition's file of `table` lies; `suffix` is `parquet` or `csv`."""
        folder = f"{TRANSFORMED}{table.removesuffix('s')}_data/snapshot_month={self.month}/"
        return f"{folder}{self.chart_id}.{suffix}"

    @classmethod
    def of_manifest(cls, key: str) -> Partition | None:
        """The partition whose manifest lies at `key`, or None for any other key."""
        match = re.fullmatch(rf"{MANIFESTS}({_CHART_ID.pattern})/(\d{{4}}-\d{{2}})\.json", key)
        return cls(*match.groups()) if match else None


def is_chart_id(text: str) -> bool:
    """Whether `text` is made of letters, digits, `.`, `_` and `-` alone, and is no path."""
    return bool(_CHART_ID.fullmatch(text)) and text.strip(".") != ""


def identify(name: str) -> NamedIdentity:
    """Read chart and time from a raw file's name, as far as it states them."""
    base = name.rsplit("/", 1)[-1]
    if match := _LANDING.fullmatch(base):
        moment = _moment(match[2])
        return NamedIdentity(match[1], moment) if moment else NamedIdentity()
    if match := _CHART_FILE.fullmatch(base):
        moment = _chart_date(match[2], match[3])
        return NamedIdentity(match[1], moment) if moment else NamedIdentity()
    return NamedIdentity(foreign_at=_foreign_time(base))


def landing_name(chart_id: str, snapshot_at: datetime, suffix: str = "json") -> str:
    """The name under which a snapshot of `chart_id` at `snapshot_at` lands."""
    return f"spotify_raw_{chart_id}_{snapshot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}.{suffix}"


def replaced_name(name: str, sha256: str) -> str:
    """The archive name of a raw file whose rows a later landing replaced."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    return f"{stem}.replaced-{sha256[:12]}{dot}{suffix}"


def is_replaced(name: str) -> bool:
    """Whether an archived raw file's rows have been replaced by a later landing."""
    return bool(_REPLACED.search(name))


def _chart_date(first: str, end: str | None) -> datetime | None:
    # Before 2021 a chart file's name gave Friday to Friday; its chart date is
    # the Thursday before the second one.
    if end is None:
        return _moment(first)
    moment = _moment(end)
    return moment - timedelta(days=1) if moment else None


def _foreign_time(base: str) -> datetime | None:
    for match in _FOREIGN_TIME.finditer(base):
        *parts, fraction = match.groups()
        if moment := _moment("".join(part or "" for part in parts)):
            return moment + timedelta(microseconds=int((fraction or "0").ljust(6, "0")))
    return None


def _moment(text: str) -> datetime | None:
    digits = re.sub(r"\D", "", text).ljust(14, "0")
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
