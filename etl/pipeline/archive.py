"""Archive and quarantine: the last step of a raw file, and the only one that moves it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from etl.errors import ObjectMissing, WriteConflict
from etl.lake import Lake
from etl.lake.layout import (
    PENDING,
    PROCESSED,
    QUARANTINE,
    REASON_SUFFIX,
    quarantined_name,
    replaced_name,
)
from etl.pipeline.batch import Batch, RawFile, Rejection, Workspace


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A raw file that was quarantined, the rule it breaks, and what to do, in a sentence."""

    name: str
    rule: str
    sentence: str


def archive(lake: Lake, batch: Batch, workspace: Workspace) -> list[Quarantined]:
    """Move the batch's published raw files to the archive, and the rejected ones to quarantine."""
    rejected = {rejection.name for rejection in batch.rejected}
    # A file with many snapshots is moved once.
    staged = {file.name: file for file in batch.staged}
    published = [file for name, file in staged.items() if name not in rejected]
    for _ in workspace.for_each(lake, partial(_archive, lake, batch.replacing), published):
        pass
    quarantined = workspace.for_each(lake, partial(_quarantine, lake), batch.rejected)
    return [one for one in quarantined if one]


def _archive(lake: Lake, replacing: frozenset[str], file: RawFile) -> None:
    if file.name in replacing:
        _keep_other_file(lake, PROCESSED + file.name, file.sha256)
    _move(lake, file, PROCESSED + file.name)


def _quarantine(lake: Lake, rejection: Rejection) -> Quarantined | None:
    quarantined = Quarantined(rejection.name, rejection.rule, _sentence(rejection))
    reason = {
        "name": rejection.name,
        "rule": rejection.rule,
        "reason": quarantined.sentence,
        "offenders": list(rejection.offenders[:20]),
        "sha256": rejection.sha256,
        "quarantined_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    key = QUARANTINE + quarantined_name(rejection.name)
    _keep_other_file(lake, key, rejection.sha256)
    text = json.dumps(reason, indent=1, ensure_ascii=False)
    # What is no Unicode is escaped, as in any JSON.
    body = text.encode(errors="backslashreplace") + b"\n"
    lake.write(key + REASON_SUFFIX, body)
    if not _move(lake, rejection, key):
        lake.delete(key + REASON_SUFFIX)
        return None
    return quarantined


def _move(lake: Lake, file: RawFile | Rejection, to: str) -> bool:
    """Move a pending file, unless another has landed under its name; that one stays pending."""
    try:
        lake.move(PENDING + file.name, to, expected=file.version, landed_at=file.landed_at)
    except WriteConflict:
        return False
    except ObjectMissing:
        # Another run may have moved it already.
        if lake.find(to) is None:
            raise
    return True


def _keep_other_file(lake: Lake, key: str, sha256: str) -> None:
    """Give another file with that key, if there is one with other bytes, a name of its own."""
    if lake.find(key) is None:
        return
    digest = hashlib.sha256(lake.read(key).body).hexdigest()
    if digest != sha256:
        lake.move(key, replaced_name(key, digest))
        if lake.find(key + REASON_SUFFIX):
            lake.move(key + REASON_SUFFIX, replaced_name(key, digest) + REASON_SUFFIX)


def _sentence(rejection: Rejection) -> str:
    return (
        f"{rejection.sentence}. Nothing of it was published, and its bytes are unchanged in"
        f" {QUARANTINE}. Correct the file, and land it again with `chartlake land`."
    )
