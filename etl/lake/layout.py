"""The layout of a lake: what lies under which key."""

from __future__ import annotations

import re
from dataclasses import dataclass

PENDING = "raw_data/to_be_processed/"
PROCESSED = "raw_data/processed/"
QUARANTINE = "raw_data/quarantine/"
REFERENCE = "raw_data/reference/"
TRANSFORMED = "transformed_data/"
MANIFESTS = "manifests/"
STATE = "state/"
CONDITIONS = STATE + "conditional-writes.json"
REASON_SUFFIX = ".reason.json"
FORMATS = ("parquet", "csv")
TABLES = ("songs", "albums", "artists")

_CHART_ID = re.compile(r"[A-Za-z0-9._-]+")
_REPLACED = re.compile(r"\.replaced-[0-9a-f]{12}(\.[A-Za-z0-9]+)?$")


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """All snapshots of one chart in one month (`YYYY-MM`, UTC)."""

    chart_id: str
    month: str

    @classmethod
    def of_manifest(cls, key: str) -> Partition | None:
        """The partition whose manifest has that key, or None for any other key."""
        match = re.fullmatch(rf"{MANIFESTS}({_CHART_ID.pattern})/(\d{{4}}-\d{{2}})\.json", key)
        return cls(*match.groups()) if match else None


def is_chart_id(text: str) -> bool:
    """Whether `text` consists of letters, digits, `.`, `_` and `-` alone, and is not a path."""
    return bool(_CHART_ID.fullmatch(text)) and text.strip(".") != ""


def replaced_name(name: str, sha256: str) -> str:
    """The archive name of a raw file whose rows a later file replaced."""
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    return f"{stem}.replaced-{sha256[:12]}{dot}{suffix}"


def is_replaced(name: str) -> bool:
    """Whether a later file replaced the rows of an archived raw file."""
    return bool(_REPLACED.search(name))
