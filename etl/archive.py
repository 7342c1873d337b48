"""Archive and quarantine: the last step of a raw file, and the only one that moves it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.errors import ObjectMissing
from etl.lake import Lake
from etl.snapshot import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, replaced_name


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A raw file that could not be understood, the rule it breaks, and that in a sentence."""

    name: str
    rule: str
    sentence: str


def archive(lake: Lake, name: str, sha256: str) -> None:
    """Move a published raw file from the landing zone to the archive.

    A file of that name with other bytes that lies there already is kept, under the name that
    `replaced_name` gives.
    """
    _move(lake, name, PROCESSED + name, sha256)


def quarantine(
    lake: Lake, name: str, sha256: str, rule: str, offenders: tuple[str, ...]
) -> Quarantined:
    """Move a raw file out of the landing zone, its bytes untouched, and say why beside it."""
    sentence = _sentence(name, rule, offenders)
    reason = {
        "name": name,
        "rule": rule,
        "reason": sentence,
        "offenders": list(offenders[:20]),
        "sha256": sha256,
        "quarantined_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    _make_room(lake, QUARANTINE + name, sha256)
    body = json.dumps(reason, indent=1, ensure_ascii=False).encode() + b"\n"
    lake.write(QUARANTINE + name + REASON_SUFFIX, body)
    _move(lake, name, QUARANTINE + name, sha256)
    return Quarantined(name, rule, sentence)


def _move(lake: Lake, name: str, to: str, sha256: str) -> None:
    _make_room(lake, to, sha256)
    try:
        lake.move(PENDING + name, to)
    except ObjectMissing:
        # Another run may have moved it meanwhile; then it is where it belongs.
        if lake.find(to) is None:
            raise


def _make_room(lake: Lake, key: str, sha256: str) -> None:
    if lake.find(key) is None:
        return
    standing = hashlib.sha256(lake.read(key).body).hexdigest()
    if standing != sha256:
        lake.move(key, replaced_name(key, standing))
        if lake.find(key + REASON_SUFFIX):
            lake.move(key + REASON_SUFFIX, replaced_name(key, standing) + REASON_SUFFIX)


def _sentence(name: str, rule: str, offenders: tuple[str, ...]) -> str:
    shown = "; ".join(offenders[:3])
    more = f"; and {len(offenders) - 3} more" if len(offenders) > 3 else ""
    return (
        f"{name} breaks the rule “{rule}” ({shown}{more}). Nothing of it was published, and its"
        f" bytes lie untouched in {QUARANTINE}. Mend it, or state what it cannot say with"
        " --chart and --at, and land it again with `chartlake land`."
    )
