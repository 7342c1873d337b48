"""Names: under which a raw file can be archived, so that the archive keeps every snapshot.

A raw file replaces another of its name if it has all snapshots of that one. If it does not, both
are needed: it gets a name of its own, in the landing zone, before any manifest lists it. The name
follows from the content, so that it is the same in each run that comes across the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from functools import partial
from itertools import count, groupby

from etl.errors import AccessDenied, InvalidRawFile, LakeError, ObjectMissing, WriteConflict
from etl.lake import Blob, Lake, StoredObject
from etl.lake.layout import (
    PENDING,
    PROCESSED,
    broken_name_rule,
    numbered_name,
    replaced_name,
)
from etl.pipeline.batch import Batch, RawFile, Workspace
from etl.pipeline.identify import identify
from etl.sources.chart_months import days_in
from etl.sources.compression import unpacked
from etl.sources.raw_text import decoded
from etl.sources.spotify.responses import response_in

# Ten digits are no date. A name that is taken is passed over, so they need not be unique.
_LEAST, _NUMBERS = 10**9, 9 * 10**9

# A chart and a time (UTC).
_Snapshots = set[tuple[str | None, datetime | None]]


@dataclass(frozen=True, slots=True)
class Named:
    """The staged files of a batch with the names that they have now.

    Those of `replacing` take the place of another file in the archive.
    """

    staged: tuple[RawFile, ...]
    replacing: frozenset[str]


def free_names(lake: Lake, batch: Batch, workspace: Workspace) -> Named:
    """Rename pending files whose name another file in the archive has and needs.

    Files that another run, or another program, has taken away meanwhile are left out.
    """
    rejected = {rejection.name for rejection in batch.rejected}
    grouped = groupby(batch.staged, key=lambda file: file.name)
    files = [tuple(group) for name, group in grouped if name not in rejected]
    found = list(workspace.for_each(lake, partial(_named, lake), files))
    changed = [(old, new) for old, (new, _) in zip(files, found, strict=True) if new != old]
    renamed = [file for _, new in changed for file in new]
    # A run that died in the middle of a move has left a file under both names.
    gone = {old[0].name for old, _ in changed} | {file.name for file in renamed}
    staged = [*(file for file in batch.staged if file.name not in gone), *renamed]
    return Named(
        tuple(sorted(staged, key=lambda file: file.number)),
        frozenset(new[0].name for new, replaces in found if replaces),
    )


def find_raw_file(lake: Lake, name: str, sha256: str) -> StoredObject | None:
    """The raw file that a manifest lists with that name and SHA-256, wherever it is by now.

    If there is none with these bytes, what the archive has under that name.
    """
    # In this order, because other runs move files from the landing zone to the archive.
    keys = (PENDING + name, PROCESSED + name, PROCESSED + replaced_name(name, sha256))
    for key in keys:
        stored = lake.find(key)
        if stored and _digest(lake, key) == sha256:
            return stored
    return lake.find(PROCESSED + name)


def _named(lake: Lake, files: tuple[RawFile, ...]) -> tuple[tuple[RawFile, ...], bool]:
    """A raw file, once for each snapshot, with its name; whether it replaces another one."""
    file = files[0]
    if lake.find(PROCESSED + file.name) is None:
        return files, False
    try:
        blob = lake.read(PROCESSED + file.name)
        is_covered = _snapshots_in(file.name, blob) <= _snapshots_of(files)
        is_same = hashlib.sha256(blob.body).hexdigest() == file.sha256
    except ObjectMissing:
        return files, False
    except (LakeError, AccessDenied):
        is_covered = is_same = False  # what it holds may be needed
    if is_covered:
        return files, not is_same
    name = _free_name(lake, files)
    return (files, not is_same) if name is None else (_renamed(lake, files, name), False)


def _snapshots_of(files: Iterable[RawFile]) -> _Snapshots:
    return {(file.identity.chart_id, file.identity.snapshot_at) for file in files}


def _snapshots_in(name: str, blob: Blob) -> _Snapshots:
    """The snapshots in an archived raw file; none where it cannot be understood."""
    try:
        identity = identify(name, response_in(blob.body), blob.landed_at)
        if identity.month is None or identity.partition is None:
            return {(identity.chart_id, identity.snapshot_at)}
        days = days_in(decoded(unpacked(blob.body)), identity.partition)
    except InvalidRawFile:
        return set()
    return {(identity.chart_id, datetime.combine(day, time(), UTC)) for day in days}


def _free_name(lake: Lake, files: tuple[RawFile, ...]) -> str | None:
    """A name that no other file has; None where that would be too long or say something else."""
    file = files[0]
    for name in _candidates(files):
        if broken_name_rule(name) or identify(name) != identify(file.name):
            return None
        if all(_is_free(lake, zone + name, file.sha256) for zone in (PENDING, PROCESSED)):
            return name
    raise AssertionError("candidates never end")


def _candidates(files: tuple[RawFile, ...]) -> Iterator[str]:
    snapshots = sorted(f"{chart_id} {moment}" for chart_id, moment in _snapshots_of(files))
    for attempt in count():
        text = "\n".join((files[0].sha256, *snapshots, str(attempt)))
        digest = int(hashlib.sha256(text.encode()).hexdigest(), 16)
        yield numbered_name(files[0].name, _LEAST + digest % _NUMBERS)


def _is_free(lake: Lake, key: str, sha256: str) -> bool:
    """Whether no other file has that key; the same one may, where a run died."""
    return lake.find(key) is None or _digest(lake, key) == sha256


def _digest(lake: Lake, key: str) -> str | None:
    """The SHA-256 of an object; None where it is gone, or cannot be read."""
    try:
        return hashlib.sha256(lake.read(key).body).hexdigest()
    except (LakeError, AccessDenied):
        return None


def _renamed(lake: Lake, files: tuple[RawFile, ...], name: str) -> tuple[RawFile, ...]:
    file = files[0]
    try:
        lake.move(
            PENDING + file.name, PENDING + name, expected=file.version, landed_at=file.landed_at
        )
    except (ObjectMissing, WriteConflict):
        return ()  # another run has it, or another file took its place and stays pending
    stored = lake.find(PENDING + name)
    if stored is None:
        return ()
    return tuple(replace(one, name=name, version=stored.version) for one in files)
