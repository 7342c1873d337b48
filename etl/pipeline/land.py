"""Land: put files into the landing zone, untouched, whatever program they come from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from etl.errors import InvalidInput, InvalidRawFile
from etl.lake import Lake
from etl.lake.layout import PENDING, Partition
from etl.lake.manifest import Snapshot, by_time
from etl.lake.partitions import read_manifest
from etl.mirror.status import gaps_with
from etl.pipeline.identify import Identity, identify, landing_name
from etl.pipeline.landing import write_pending
from etl.pipeline.stage import raw_name
from etl.sources.spotify.responses import Response, is_response, read_response

Standing = Literal["new", "known", "replaces"]


@dataclass(frozen=True, slots=True)
class Landed:
    """A file that landed: the name it got, its digest, and what it says that it holds."""

    name: str
    sha256: str
    identity: Identity


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
    InvalidInput where the file cannot be read, or states its own chart and time.
    """
    body = _read(path)
    response = _response(body)
    if chart_id or snapshot_at:
        _refuse_envelope(response, path)
    name = _name(path.name, body, chart_id, snapshot_at, now or datetime.now(UTC))
    landed = write_pending(lake, name, body)
    return Landed(landed, hashlib.sha256(body).hexdigest(), identify(landed, response))


class PublishedSnapshots:
    """What the manifests list; each is read once, when it is first needed."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._listed: dict[Partition, dict[datetime, Snapshot]] = {}

    def standing(self, landed: Landed) -> Standing | None:
        """Whether a landed file is new, or known, or replaces what is published.

        None where the file does not say which snapshot it holds.
        """
        partition, moment = landed.identity.partition, landed.identity.snapshot_at
        if partition is None or moment is None:
            return None
        listed = self._snapshots(partition).get(moment)
        if listed is None:
            return "new"
        return "known" if listed.sha256 == landed.sha256 else "replaces"

    def _snapshots(self, partition: Partition) -> dict[datetime, Snapshot]:
        if partition not in self._listed:
            found = read_manifest(self._lake, partition)
            self._listed[partition] = by_time(found[0].snapshots) if found else {}
        return self._listed[partition]


def gaps_after_landing(lake: Lake, landed: Iterable[Landed]) -> dict[str, tuple[str, ...]]:
    """The gaps that remain in the charts of landed files once everything pending is published.

    They are the last days of missing periods, by chart.
    """
    identities = [one.identity for one in landed]
    charts = {identity.chart_id for identity in identities}
    pending = [identify(raw_name(stored.key)) for stored in lake.list(PENDING)]
    identities += [identity for identity in pending if identity.chart_id in charts]
    return gaps_with(
        lake,
        [
            (identity.chart_id, identity.snapshot_at)
            for identity in identities
            if identity.chart_id and identity.snapshot_at
        ],
    )


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be read: {error.strerror}. It was not landed."
        ) from error


def _response(body: bytes) -> Response | None:
    if not is_response(body):
        return None
    try:
        return read_response(body)
    except InvalidRawFile:
        return None  # processing it will quarantine it, and say why


def _refuse_envelope(response: Response | None, path: Path) -> None:
    if response and response.is_envelope:
        raise InvalidInput(
            f"{path} is a snapshot that chartlake took, and states itself that it is"
            f" {response.envelope_chart_id} at {response.captured_at}. It was not landed;"
            " land it without --chart and --at."
        )


def _name(
    given: str, body: bytes, chart_id: str | None, snapshot_at: datetime | None, now: datetime
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
    return landing_name(chart_id, moment, "json" if is_response(body) else "csv")
