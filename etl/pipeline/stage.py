"""Stage: read raw files from the lake, batch after batch, and lay their contents out for DuckDB.

Each file is judged by itself, and DuckDB reads nothing but what was written here.
"""

from __future__ import annotations

import hashlib
import math
import tempfile
from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from types import MappingProxyType

from etl.errors import AccessDenied, InvalidRawFile, LakeError, ObjectMissing
from etl.lake import Blob, Lake, StoredObject
from etl.lake.layout import (
    PENDING,
    PROCESSED,
    broken_name_rule,
    is_replaced,
    listed_name,
    quarantined_name,
)
from etl.pipeline.batch import Batch, Listed, RawFile, Rejection, Unread, Workspace
from etl.pipeline.identify import Identity, check_stated_time, identify
from etl.pipeline.lines import ROW_WEIGHT, Lines, open_lines
from etl.sources.chart_files import normalized
from etl.sources.chart_months import normalized_month
from etl.sources.compression import unpacked
from etl.sources.raw_text import decoded, is_response
from etl.sources.spotify.responses import read_response

# How much is read at once, in bytes of responses, and published at once, in bytes of lines. With
# these, a run uses less than 300 MB of memory, whatever part of the files the lines leave out.
READ_BYTES = 10 * 2**20
BATCH_BYTES = 14 * 2**20
BATCH_FILES = 5000

# Raw files that are read at once.
Group = list[StoredObject]


def stage(
    lake: Lake,
    objects: Iterable[StoredObject],
    workspace: Workspace,
    listed: Listed = MappingProxyType({}),
) -> Batch:
    """Read raw files and lay them out in a new folder of the workspace.

    Pending files that another run has archived in the meantime are read from the archive; those
    that are gone are left out. A file that the store refuses to hand out holds up no other. What
    manifests have `listed` of a file outranks what other files say about the same snapshot.
    """
    return _stage(lake, _in_groups(objects), workspace, listed)


def stage_next(lake: Lake, groups: deque[Group], workspace: Workspace) -> Batch:
    """Stage the first groups, as many as make a batch, and take them out of `groups`."""
    return _stage(lake, groups, workspace, {}, BATCH_BYTES, BATCH_FILES)


def in_order(objects: Iterable[StoredObject]) -> deque[Group]:
    """Raw files in groups for `stage_next`.

    Files of one partition follow each other, as far as their names tell, so that each partition is
    written once or twice, not for every file; and within one, in the order in which they landed.
    """
    return _in_groups(sorted(objects, key=_order))


def raw_name(key: str) -> str:
    """The name of a raw file by its key, in any of the zones."""
    return key.split("/", 2)[2]


def _in_groups(objects: Iterable[StoredObject]) -> deque[Group]:
    """Raw files in groups of at most READ_BYTES; a larger one is a group by itself."""
    groups: deque[Group] = deque()
    total = 0
    for stored in objects:
        total += _size(stored)
        if not groups or total > READ_BYTES or len(groups[-1]) == BATCH_FILES:
            groups.append([])
            total = _size(stored)
        groups[-1].append(stored)
    return groups


def _size(stored: StoredObject) -> int:
    # All of a chart file is laid out, and a group of them should be no more than part of a batch.
    return stored.size if ".json" in stored.key.lower() else ROW_WEIGHT * stored.size


def _order(stored: StoredObject) -> tuple[object, ...]:
    named = identify(stored.key)
    month = named.partition.month if named.partition else ""
    return named.chart_id or "", month, stored.modified_at


def _stage(
    lake: Lake,
    groups: deque[Group],
    workspace: Workspace,
    listed: Listed,
    most_bytes: float = math.inf,
    most_files: float = math.inf,
) -> Batch:
    """Stage at least the first group, and more until the batch has that many bytes or files."""
    staged: list[RawFile] = []
    rejected: list[Rejection] = []
    unread: list[Unread] = []
    folder = Path(tempfile.mkdtemp(dir=workspace.folder))
    with open_lines(folder) as lines:
        while groups and lines.weight < most_bytes and len(staged) < most_files:
            for key, blob in _read_all(lake, groups.popleft(), workspace):
                if isinstance(blob, Unread):
                    unread.append(blob)
                    continue
                try:
                    staged += _stage_file(len(staged), key, blob, lines, listed)
                except InvalidRawFile as error:
                    rejected.append(_rejection(raw_name(key), blob, error))
    return Batch(tuple(staged), tuple(rejected), folder, tuple(unread))


def _read_all(
    lake: Lake, objects: Iterable[StoredObject], workspace: Workspace
) -> list[tuple[str, Blob | Unread]]:
    """The keys and bytes of the raw files that are there."""
    found = list(objects)
    blobs = workspace.for_each(lake, partial(_read, lake), found)
    return [(stored.key, blob) for stored, blob in zip(found, blobs, strict=True) if blob]


def _read(lake: Lake, stored: StoredObject) -> Blob | Unread | None:
    try:
        return lake.read(stored.key)
    except ObjectMissing:
        name = raw_name(stored.key)
        return _read_archived(lake, name, stored) if stored.key.startswith(PENDING) else None
    except (LakeError, AccessDenied) as error:
        return Unread(raw_name(stored.key), str(error))


def _read_archived(lake: Lake, name: str, pending: StoredObject) -> Blob | Unread | None:
    found = _read(lake, replace(pending, key=PROCESSED + name))
    # Where another run gave the pending file another name, an earlier file has this one.
    return None if isinstance(found, Blob) and found.version != pending.version else found


def _stage_file(number: int, key: str, blob: Blob, lines: Lines, listed: Listed) -> list[RawFile]:
    """The file, once for each snapshot that it holds, numbered from `number` on."""
    # No file lands under the name of a replaced one; what it holds is told by the name it had.
    name = listed_name(raw_name(key)) if key.startswith(PROCESSED) else raw_name(key)
    _check_name(name)
    body = unpacked(blob.body)
    response = None
    if is_response(body):
        decoded(body)  # only to check it: the text of a large response is as large again
        response = read_response(body)
    check_stated_time(name, response)
    identity = identify(name, response, blob.landed_at)
    identities = [identity]
    if response:
        lines.add_response(number, response)
    elif identity.month and identity.partition:
        rows, days = normalized_month(decoded(body), number, identity.partition)
        lines.add_rows(rows)
        identities = [replace(identity, snapshot_at=_midnight(day)) for day in days]
    else:
        moment = identity.snapshot_at
        chart_date = moment.date() if moment else None
        lines.add_rows(normalized(decoded(body), number, identity.chart_id, chart_date))
    digest = hashlib.sha256(blob.body).hexdigest()
    file = RawFile(number, raw_name(key), digest, blob.version, blob.landed_at, identity)
    file = replace(file, chart_name=response.chart_name if response else None)
    own = listed.get((name, digest), ())
    return [
        replace(file, number=number + place, identity=one, precedence=_precedence(file, one, own))
        for place, one in enumerate(identities)
    ]


def _precedence(file: RawFile, identity: Identity, listed: Collection[tuple[str, datetime]]) -> int:
    if (identity.chart_id, identity.snapshot_at) in listed:
        return 0
    return 2 if is_replaced(file.name) else 1


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _rejection(name: str, blob: Blob, error: InvalidRawFile) -> Rejection:
    digest = hashlib.sha256(blob.body).hexdigest()
    return Rejection(name, digest, blob.version, blob.landed_at, error.rule, error.offenders)


def _check_name(name: str) -> None:
    if rule := broken_name_rule(name):
        raise InvalidRawFile(rule, f"it is kept as {quarantined_name(name)}")
