"""Raw files: whether the archive holds what the manifests list, and what is in the other zones."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import partial
from typing import Literal

from etl.errors import AccessDenied, InvalidRawFile, LakeError, ObjectMissing
from etl.lake import Lake, in_parallel
from etl.lake.layout import (
    FORMATS,
    PENDING,
    PROCESSED,
    REASON_SUFFIX,
    STATE,
    Partition,
    is_replaced,
    listed_name,
    replaced_name,
)
from etl.pipeline.batch import open_workspace
from etl.pipeline.identify import Identity, identify
from etl.pipeline.stage import stage
from etl.pipeline.transform import transform
from etl.pipeline.verify.finding import Finding, unreadable
from etl.pipeline.verify.listing import REBUILD, Listing
from etl.sources.chart_months import days_in
from etl.sources.compression import unpacked
from etl.sources.raw_text import decoded
from etl.sources.spotify.responses import response_in
from etl.wording import counted, shortened

_PROCESS = "run `chartlake process`"
# Nothing, a finding, or that the archive has other bytes, of which it depends what to do.
_Found = Finding | Literal["changed"] | None


@dataclass(slots=True)
class Published:
    """What manifests list: raw files by name, and snapshots by chart and time.

    `unknown` are the partitions whose manifest cannot be used.
    """

    names: set[str] = field(default_factory=set)
    snapshots: set[tuple[str, datetime]] = field(default_factory=set)
    unknown: set[Partition] = field(default_factory=set)

    def add(self, listing: Listing) -> None:
        """Add what a manifest lists."""
        for one in listing.snapshots:
            self.names.add(one.raw_name)
            self.snapshots.add((listing.chart_id, one.moment))


def check_archived(lake: Lake, key: str, listing: Listing) -> Iterator[Finding]:
    """Check that the archive holds the raw file of each snapshot that a manifest lists."""
    listed = sorted({(one.raw_name, one.sha256) for one in listing.snapshots})
    found = in_parallel(lambda pair: _raw_finding(lake, key, *pair), listed)
    yield from (one for one in found if isinstance(one, Finding))
    if changed := [pair for pair, one in zip(listed, found, strict=True) if one == "changed"]:
        try:
            yield from _changed_findings(lake, listing, changed)
        except (LakeError, AccessDenied) as error:
            yield unreadable(PROCESSED + changed[0][0], error)


def check_unlisted(
    lake: Lake, archived: Collection[str], published: Published
) -> Iterator[Finding]:
    """Check the archived raw files that no manifest lists, given by name.

    Files of whose snapshot the manifest lists another file are as they should be. What is in a
    file that another of its name replaced has to be listed as well.
    """
    unlisted = sorted(name for name in archived if name not in published.names)
    yield from filter(None, in_parallel(partial(_unlisted_finding, lake, published), unlisted))


def check_quarantine(keys: Iterable[str]) -> Iterator[Finding]:
    """Check that every raw file in quarantine has a reason, and every reason its raw file."""
    present = set(keys)
    for key in sorted(present):
        if key + REASON_SUFFIX in present:
            continue
        if not key.endswith(REASON_SUFFIX):
            remedy = f"move it to {PENDING} and {_PROCESS}"
            yield Finding(key, "it has no reason beside it", remedy)
        elif key.removesuffix(REASON_SUFFIX) not in present:
            yield Finding(key, "the raw file that it is about is not there", "delete it")


def check_unfinished(lake: Lake) -> Iterator[Finding]:
    """Name what is pending, and what runs and writes that died have left."""
    if pending := lake.list(PENDING):
        problem = f"{counted(len(pending), 'raw file')} pending"
        yield Finding(PENDING, problem, _PROCESS, is_notice=True)
    if unfinished := [stored.key for stored in lake.list(f"{STATE}unfinished-")]:
        problem = f"a run is at work, or died before it had finished ({shortened(unfinished)})"
        remedy = "run any command that writes, such as `chartlake process`, to finish it"
        yield Finding(STATE, problem, remedy, is_notice=True)
    for key in lake.list_drafts():
        yield Finding(key, "a write that died has left it", "delete it", is_notice=True)


def _raw_finding(lake: Lake, key: str, name: str, sha256: str) -> _Found:
    try:
        return _compared(lake, key, name, sha256)
    except (LakeError, AccessDenied) as error:
        return unreadable(PROCESSED + name, error)


def _compared(lake: Lake, key: str, name: str, sha256: str) -> _Found:
    digest = _digest(lake, PROCESSED + name)
    if digest == sha256 or _digest(lake, PROCESSED + replaced_name(name, sha256)) == sha256:
        return None
    if _digest(lake, PENDING + name) == sha256:
        problem = f"its raw file {name} is published but not archived"
        return Finding(key, problem, _PROCESS, is_notice=True)
    if digest is None:
        problem = f"its raw file {name} is not in the archive, so that it cannot be rebuilt"
        remedy = f"land that file again and {_PROCESS}"
        return Finding(key, problem, remedy, is_notice=True, is_lost=True)
    return "changed"


def _changed_findings(
    lake: Lake, listing: Listing, changed: Iterable[tuple[str, str]]
) -> Iterator[Finding]:
    """The findings about archived files that have other bytes than published.

    What a rebuild would make of them, the code that rebuilds has to say.
    """
    partition = Partition(listing.chart_id, listing.month)
    with open_workspace(lake, FORMATS[0]) as workspace:
        for name, sha256 in changed:
            wanted = {one.moment for one in listing.snapshots if one.sha256 == sha256}
            stored = lake.find(PROCESSED + name)
            batch = transform(stage(lake, [stored] if stored else [], workspace), workspace)
            held = batch.snapshots.get(partition, ())
            problem = "it has other bytes than published"
            remedy = f"{REBUILD} to publish those that are there"
            if not wanted <= {one.snapshot_at.replace(tzinfo=None) for one in held}:
                problem += ", in which that snapshot is not"
                remedy = f"land that file again and {_PROCESS}"
            yield Finding(PROCESSED + name, problem, f"restore the bytes, or {remedy}")


def _digest(lake: Lake, key: str) -> str | None:
    try:
        return hashlib.sha256(lake.read(key).body).hexdigest()
    except ObjectMissing:
        return None


def _unlisted_finding(lake: Lake, published: Published, name: str) -> Finding | None:
    key = PROCESSED + name
    try:
        blob = lake.read(key)
    except ObjectMissing:
        return None  # another run replaced it
    except (LakeError, AccessDenied) as error:
        return unreadable(key, error)
    try:
        response = response_in(blob.body)
    except InvalidRawFile as error:
        if is_replaced(name):
            return None
        remedy = f"move it to {PENDING} and {_PROCESS}"
        return Finding(key, f"no manifest lists it, and it cannot be read ({error})", remedy)
    identity = identify(listed_name(name), response, blob.landed_at)
    if identity.partition and identity.partition in published.unknown:
        return None
    moments = _moments(identity, blob.body)
    if moments and all((identity.chart_id, one) in published.snapshots for one in moments):
        return None
    return Finding(key, "no manifest lists its snapshot", REBUILD)


def _moments(identity: Identity, body: bytes) -> list[datetime]:
    """The times of the snapshots in a raw file, as far as they are known."""
    if identity.month and identity.partition:
        try:
            days = days_in(decoded(unpacked(body)), identity.partition)
        except InvalidRawFile:
            return []
        return [datetime.combine(day, time()) for day in days]
    moment = identity.snapshot_at
    return [moment.astimezone(UTC).replace(tzinfo=None)] if moment and identity.partition else []
