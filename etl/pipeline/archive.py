"""Archive and quarantine: the last step of a raw file, and the only one that moves it."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime

from etl.errors import ObjectMissing
from etl.lake import CONCURRENT_REQUESTS, Lake
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, replaced_name
from etl.pipeline.batch import Batch, RawFile, Rejection


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A raw file that was quarantined, the rule it breaks, and what to do, in a sentence."""

    name: str
    rule: str
    sentence: str


def archive(lake: Lake, batch: Batch) -> list[Quarantined]:
    """Move the batch's published raw files to the archive, and the rejected ones to quarantine."""
    rejected = {rejection.name for rejection in batch.rejected}
    published = [file for file in batch.staged if file.name not in rejected]
    with ThreadPoolExecutor(CONCURRENT_REQUESTS) as pool:
        list(pool.map(lambda file: _archive(lake, file), published))
        return list(pool.map(lambda rejection: _quarantine(lake, rejection), batch.rejected))


def _archive(lake: Lake, file: RawFile) -> None:
    _move(lake, file.name, PROCESSED + file.name, file.sha256)


def _quarantine(lake: Lake, rejection: Rejection) -> Quarantined:
    quarantined = Quarantined(rejection.name, rejection.rule, _sentence(rejection))
    reason = {
        "name": rejection.name,
        "rule": rejection.rule,
        "reason": quarantined.sentence,
        "offenders": list(rejection.offenders[:20]),
        "sha256": rejection.sha256,
        "quarantined_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    key = QUARANTINE + rejection.name
    _keep_other_file(lake, key, rejection.sha256)
    body = json.dumps(reason, indent=1, ensure_ascii=False).encode() + b"\n"
    lake.write(key + REASON_SUFFIX, body)
    _move(lake, rejection.name, key, rejection.sha256)
    return quarantined


def _move(lake: Lake, name: str, to: str, sha256: str) -> None:
    _keep_other_file(lake, to, sha256)
    try:
        lake.move(PENDING + name, to)
    except ObjectMissing:
        # Another run may have moved it already.
        if lake.find(to) is None:
            raise


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
        f" {QUARANTINE}. Correct the file, or state what it does not say with --chart and --at,"
        " and land it again with `chartlake land`."
    )
