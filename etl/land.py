"""Land: put files into the landing zone, untouched, whatever program they come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from etl.errors import ObjectMissing, PublishConflict, Refused
from etl.lake import Lake
from etl.manifest import Manifest, by_time
from etl.snapshot import PENDING, Partition, Snapshot, identify, landing_name


def land_file(
    lake: Lake,
    path: Path,
    chart_id: str | None = None,
    snapshot_at: datetime | None = None,
    now: datetime | None = None,
) -> str:
    """Land a file, its bytes untouched, and return the name under which it lies there.

    What is stated outranks what name and content say; where the chart alone is stated, the
    time is the one in the file's name, or else `now`. Nothing that is pending is overwritten.
    Raises Refused where the file cannot be read or says itself what is stated otherwise.
    """
    body = _read(path)
    if chart_id or snapshot_at:
        _refuse_envelope(body, path)
    name = _name(path.name, body, chart_id, snapshot_at, now or datetime.now(UTC))
    for candidate in _candidates(name):
        try:
            lake.write(PENDING + candidate, body, expected=None)
            return candidate
        except PublishConflict:
            if lake.read(PENDING + candidate).body == body:
                return candidate
    raise AssertionError("candidates never end")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Refused(f"{path} cannot be read: {error.strerror}. It was not landed.") from error


def _refuse_envelope(body: bytes, path: Path) -> None:
    try:
        document = json.loads(body)
    except ValueError:
        return
    if isinstance(document, dict) and isinstance(document.get("pages"), list):
        raise Refused(
            f"{path} is a snapshot that chartlake took, and says itself that it is"
            f" {document.get('chart_id')} at {document.get('captured_at')}. It was not landed;"
            " land it without --chart and --at."
        )


def _name(
    given: str, body: bytes, chart_id: str | None, snapshot_at: datetime | None, now: datetime
) -> str:
    if chart_id is None and snapshot_at is None:
        return given
    if chart_id is None and snapshot_at is not None:
        named = identify(given)
        if named.chart_id is None:
            # The content says which chart; the first time in a foreign name says when.
            return f"{snapshot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{given}"
        chart_id = named.chart_id
    assert chart_id is not None
    named = identify(given)
    moment = snapshot_at or named.snapshot_at or named.foreign_at or now
    suffix = "json" if body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[") else "csv"
    return landing_name(chart_id, moment, suffix)


def _candidates(name: str) -> Iterator[str]:
    # As a browser names a second download, which is how a chart file's name is read.
    yield name
    stem, dot, suffix = name.rpartition(".")
    for number in count(1):
        yield f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"


class Published:
    """What the manifests list, each of them read once, when it is first asked for."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._listed: dict[Partition, dict[datetime, Snapshot]] = {}

    def standing(self, name: str, path: Path) -> str:
        """What a landed file means: `new`, `known`, `replaces`, or `` where its name cannot say."""
        named = identify(name)
        if named.chart_id is None or named.snapshot_at is None:
            return ""
        partition = Partition(named.chart_id, f"{named.snapshot_at:%Y-%m}")
        listed = self._snapshots(partition).get(named.snapshot_at)
        if listed is None:
            return "new"
        is_same = listed.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
        return "known" if is_same else "replaces"

    def _snapshots(self, partition: Partition) -> dict[datetime, Snapshot]:
        if partition not in self._listed:
            key = partition.manifest_key
            try:
                manifest = Manifest.from_bytes(self._lake.read(key).body, key)
                self._listed[partition] = by_time(manifest.snapshots)
            except ObjectMissing:
                self._listed[partition] = {}
        return self._listed[partition]
