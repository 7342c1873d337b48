"""The layout of a lake: what lies under which key."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

PENDING = "raw_data/to_be_processed/"
PROCESSED = "raw_data/processed/"
QUARANTINE = "raw_data/quarantine/"
REFERENCE = "raw_data/reference/"
TRANSFORMED = "transformed_data/"
MANIFESTS = "manifests/"
HISTORY = "history_data/"
HISTORY_INDEX = HISTORY + "index.json"
STATE = "state/"
CONDITIONS = STATE + "conditional-writes.json"
# That snapshots were purged, so that the lake may be empty.
PURGED = STATE + "purged.json"
REASON_SUFFIX = ".reason.json"
FORMATS = ("parquet", "csv")
TABLES = ("songs", "albums", "artists")
# Names of files and folders may have 255 bytes, suffixes included.
RAW_NAME_BYTES = 200
CHART_ID_CHARACTERS = 100

_CHART_ID = re.compile(r"[A-Za-z0-9._-]+")
_REPLACED = re.compile(r"\.replaced-[0-9a-f]{12}(\.[^./]*)?$")
# The suffix of a raw file, and what text editors and packers add to it. Digits are part of a time.
_SUFFIX = re.compile(r"(?i:\.(?:json|csv))?(?:\.(?!\d+$)[^./]*)?$")


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


def manifest_key(partition: Partition) -> str:
    """The key of the partition's manifest."""
    return f"{MANIFESTS}{partition.chart_id}/{partition.month}.json"


def table_keys(partition: Partition, suffix: str) -> dict[str, str]:
    """The keys of the partition's files by table; `suffix` is `parquet` or `csv`."""
    folder = f"snapshot_month={partition.month}"
    return {
        table: f"{TRANSFORMED}{table.removesuffix('s')}_data/{folder}/{partition.chart_id}.{suffix}"
        for table in TABLES
    }


def is_chart_id(text: str) -> bool:
    """Whether `text` has up to 100 letters, digits, `.`, `_` and `-` alone, and is not a path."""
    is_short = len(text) <= CHART_ID_CHARACTERS
    return is_short and bool(_CHART_ID.fullmatch(text)) and text.strip(".") != ""


def broken_name_rule(name: str) -> str | None:
    """The rule that the name of a raw file breaks, if it does: manifests cannot list it."""
    if not _is_text(name):
        return "the name of a raw file is text in UTF-8"
    if len(name.encode()) > RAW_NAME_BYTES:
        return f"the name of a raw file has at most {RAW_NAME_BYTES} bytes"
    if name.endswith(REASON_SUFFIX):
        return f"the name of a raw file does not end in {REASON_SUFFIX}, as reasons do"
    if is_replaced(name):
        return "the name of a raw file is not that of a replaced one in the archive"
    return None


def quarantined_name(name: str) -> str:
    """The name of a raw file in quarantine: its own, unless that breaks a rule."""
    if broken_name_rule(name) is None:
        return name
    return f"misnamed-{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:12]}"


def is_raw_name(name: str) -> bool:
    """Whether a manifest may list a raw file of that name; those of subfolders have a path."""
    parts = name.split("/")
    return broken_name_rule(name) is None and not {"", ".", ".."} & set(parts) and "\0" not in name


def numbered_name(name: str, number: int) -> str:
    """The name with a number, as in a browser's downloads: that of a copy."""
    suffix = _SUFFIX.search(name)
    place = suffix.start() if suffix else len(name)
    return f"{name[:place]} ({number}){name[place:]}"


def replaced_name(name: str, sha256: str) -> str:
    """The archive name of a raw file whose rows a later file of the same name replaced."""
    folder, slash, base = name.rpartition("/")
    stem, dot, suffix = base.rpartition(".")
    if not dot:
        stem, suffix = base, ""
    return f"{folder}{slash}{stem}.replaced-{sha256[:12]}{dot}{suffix}"


def is_replaced(name: str) -> bool:
    """Whether a later file of the same name replaced the rows of an archived raw file."""
    return bool(_REPLACED.search(name))


def listed_name(name: str) -> str:
    """The name under which manifests list an archived raw file: the one that it had at first."""
    return _REPLACED.sub(r"\1", name)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False  # it stands for bytes that are something else
    return True
