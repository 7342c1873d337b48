"""Land: put files into the landing zone, untouched, whatever program they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from etl.errors import AccessDenied, InvalidInput, InvalidRawFile, LakeError
from etl.lake import Lake, StoredObject
from etl.lake.layout import broken_name_rule
from etl.mirror.published import PublishedSnapshot, published_snapshots
from etl.mirror.status import ChartStatus, gaps_with
from etl.pipeline.identify import Identity, identify, landing_name
from etl.pipeline.landing import write_pending
from etl.pipeline.stage import raw_name
from etl.sources.compression import unpacked
from etl.sources.raw_text import is_response
from etl.sources.spotify.responses import Response, read_response

Standing = Literal["new", "known", "replaces"]


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that landed: the name it got, its digest, and what it says that it holds.

    `chart_name` is what it calls its chart, if it does.
    """

    name: str
    sha256: str
    identity: Identity
    chart_name: str | None = None


def land_file(
    lake: Lake,
    path: Path,
    chart_id: str | None = None,
    snapshot_at: datetime | None = None,
    now: datetime | None = None,
) -> Landed:
    """Land a file, its bytes untouched.

    A given chart or time (UTC) outranks what name and content say; where the chart alone is given,
    the time is the one in the file's name, or else `now`. No pending file is overwritten. Raises
    InvalidInput where the file cannot be read, states its own chart and time, or has a name that
    the lake does not take; any other error is the lake's.
    """
    body = _read(path)
    content = _content(body)
    response = _response(content)
    if chart_id or snapshot_at:
        _refuse_envelope(response, path)
    name = _name(path.name, content, chart_id, snapshot_at, now or datetime.now(UTC))
    try:
        landed = write_pending(lake, name, body)
    except LakeError as error:
        if rule := broken_name_rule(name):
            raise InvalidInput(f"{path} was not landed: {rule}. Rename it.") from error
        raise
    chart_name = response.chart_name if response else None
    return Landed(landed, hashlib.sha256(body).hexdigest(), identify(landed, response), chart_name)


class History:
    """What is published of charts; that of a chart is read when it is first needed.

    `unreadable` has a sentence for each chart with a manifest that cannot be read. Nothing is known
    about its snapshots, and its files land all the same.
    """

    def __init__(self, lake: Lake, mirror: Path) -> None:
        self._lake, self._mirror = lake, mirror
        self._published: dict[str, list[PublishedSnapshot]] = {}
        self._digests: dict[str, dict[datetime, str]] = {}
        self.unreadable: dict[str, str] = {}

    def standing(self, landed: Landed) -> Standing | None:
        """Whether a landed file is new, or known, or replaces what is published.

        None where the file does not say which snapshot it holds, or nothing is known.
        """
        partition, moment = landed.identity.partition, landed.identity.snapshot_at
        if partition is None or moment is None:
            return None
        chart_id = partition.chart_id
        if chart_id not in self._digests:
            self._digests[chart_id] = {
                one.snapshot_at: one.sha256 for _, one in self._of_chart(chart_id)
            }
        if chart_id in self.unreadable:
            return None
        listed = self._digests[chart_id].get(moment)
        if listed is None:
            return "new"
        return "known" if listed == landed.sha256 else "replaces"

    def gaps_after(
        self, landed: Sequence[Landed], pending: Iterable[StoredObject]
    ) -> list[ChartStatus]:
        """The charts of landed files with gaps that remain once these and `pending` are published.

        `pending` are the files that were in the landing zone before.
        """
        identities = [one.identity for one in landed]
        charts = {one.chart_id for one in identities if one.partition}
        identities += [
            one for stored in pending if (one := identify(raw_name(stored.key))).chart_id in charts
        ]
        found = gaps_with(
            [one for chart in sorted(filter(None, charts)) for one in self._of_chart(chart)],
            [
                (one.chart_id, one.snapshot_at)
                for one in identities
                if one.chart_id and one.snapshot_at and one.chart_id not in self.unreadable
            ],
        )
        named = {one.identity.chart_id: one.chart_name for one in landed if one.chart_name}
        return [replace(one, own_name=one.own_name or named.get(one.chart_id)) for one in found]

    def _of_chart(self, chart_id: str) -> list[PublishedSnapshot]:
        if chart_id not in self._published:
            self._published[chart_id] = self._read(chart_id)
        return self._published[chart_id]

    def _read(self, chart_id: str) -> list[PublishedSnapshot]:
        try:
            found = published_snapshots(self._lake, self._mirror, chart_id)
        except (LakeError, AccessDenied) as error:
            self.unreadable[chart_id] = str(error)
            return []
        if found.unusable:
            self.unreadable[chart_id] = found.unusable[0].sentence
            return []
        return found.snapshots


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read: {error.strerror}. It was not landed."
        ) from error


def _content(body: bytes) -> bytes:
    try:
        return unpacked(body)
    except InvalidRawFile:
        return body  # processing it will quarantine it, and say why


def _response(content: bytes) -> Response | None:
    try:
        return read_response(content) if is_response(content) else None
    except InvalidRawFile:
        return None  # as above


def _refuse_envelope(response: Response | None, path: Path) -> None:
    if response and response.is_envelope:
        raise InvalidInput(
            f"{path} is a snapshot that chartlake took, and states itself that it is"
            f" {response.envelope_chart_id} at {response.captured_at}. It was not landed;"
            " land it without --chart and --at."
        )


def _name(
    given: str, content: bytes, chart_id: str | None, snapshot_at: datetime | None, now: datetime
) -> str:
    if chart_id is None and snapshot_at is None:
        return given
    named = identify(given)
    chart_id = chart_id or named.chart_id
    if chart_id is None:
        # The content names the chart; the first time in any other name is that of the snapshot.
        assert snapshot_at is not None
        return f"{snapshot_at.astimezone(UTC):%Y%m%dT%H%M%SZ}_{given}"
    moment = snapshot_at or named.snapshot_at or now
    return landing_name(chart_id, moment, "json" if is_response(content) else "csv")
