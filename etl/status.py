"""Status: what the lake holds, chart by chart, and how far behind the mirror is."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from etl.database import connect, create_views, models
from etl.errors import ObjectMissing
from etl.lake import Lake
from etl.manifest import Manifest
from etl.mirror import reading
from etl.snapshot import (
    MANIFESTS,
    PENDING,
    QUARANTINE,
    REASON_SUFFIX,
    NamedIdentity,
    Partition,
    identify,
)
from etl.tables import insert_landed, insert_snapshots

THREADS = 8


@dataclass(frozen=True, slots=True)
class ChartStatus:
    """The history of one chart; dates are ISO, `gaps` the last days of periods it lacks."""

    chart_id: str
    snapshots: int
    first: str
    last: str
    gaps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    """How many snapshots the mirror holds, and how many published ones it lacks."""

    snapshots: int
    behind: int


@dataclass(frozen=True, slots=True)
class Status:
    """Coverage, gaps, and what waits; the counts are of snapshots and of files."""

    charts: tuple[ChartStatus, ...]
    published: int
    pending: int
    quarantined: int
    mirror: MirrorStatus

    def document(self) -> dict[str, Any]:
        """The status as JSON will show it."""
        return asdict(self)


def take_stock(lake: Lake, mirror: Path) -> Status:
    """Read the status from the lake's manifests and zones, and from the mirror if there is one."""
    manifests = _manifests(lake)
    published = {
        (manifest.partition.chart_id, one.snapshot_at.replace(tzinfo=None), one.sha256)
        for manifest in manifests
        for one in manifest.snapshots
    }
    mirrored = _mirrored(mirror)
    return Status(
        charts=_charts(manifests),
        published=len(published),
        pending=len(lake.list(PENDING)),
        quarantined=sum(not one.key.endswith(REASON_SUFFIX) for one in lake.list(QUARANTINE)),
        mirror=MirrorStatus(len(mirrored), len(published - mirrored)),
    )


def print_status(status: Status, lake: str, mirror: str, console: Console) -> None:
    """Print the status for a person: a line for each chart, then what waits."""
    table = Table("chart", "snapshots", "first", "last", "gaps", box=None, header_style="bold")
    table.columns[0].no_wrap = True
    table.columns[1].justify = "right"
    for chart in status.charts:
        table.add_row(
            chart.chart_id, f"{chart.snapshots:,}", chart.first, chart.last, _shown(chart.gaps)
        )
    console.print(f"lake    {lake}", markup=False)
    console.print(f"mirror  {mirror}", markup=False)
    console.print(table if status.charts else "No chart is published yet.")
    console.print(
        f"published {status.published:,} · pending {status.pending:,} ·"
        f" quarantined {status.quarantined:,} · mirror holds {status.mirror.snapshots:,},"
        f" {status.mirror.behind:,} behind"
    )


def _shown(gaps: tuple[str, ...]) -> str:
    if not gaps:
        return "none"
    return gaps[0] + (f" and {len(gaps) - 1:,} more" if len(gaps) > 1 else "")


def _manifests(lake: Lake, below: str = "") -> list[Manifest]:
    keys = [one.key for one in lake.list(MANIFESTS + below) if Partition.of_manifest(one.key)]

    def read(key: str) -> Manifest | None:
        try:
            return Manifest.from_bytes(lake.read(key).body, key)
        except ObjectMissing:
            return None  # withdrawn meanwhile

    with ThreadPoolExecutor(THREADS) as pool:
        return [manifest for manifest in pool.map(read, keys) if manifest]


def gaps_after_landing(lake: Lake, charts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The gaps of `charts` that remain once all is published whose name says what it is."""
    wanted = sorted(charts)
    landed = [identify(one.key.removeprefix(PENDING)) for one in lake.list(PENDING)]
    landed = [named for named in landed if named.chart_id in wanted]
    manifests = [one for chart_id in wanted for one in _manifests(lake, f"{chart_id}/")]
    return {one.chart_id: one.gaps for one in _charts(manifests, landed) if one.gaps}


def _charts(
    manifests: Iterable[Manifest], landed: Iterable[NamedIdentity] = ()
) -> tuple[ChartStatus, ...]:
    with connect() as connection:
        declared = models("mirror")["published_snapshots"]
        connection.execute(f"create table published_snapshots as {declared}")
        for manifest in manifests:
            insert_snapshots(connection, manifest)
        insert_landed(connection, landed)
        create_views(connection, "snapshots", "chart_periods", "gaps")
        found = connection.execute(_COVERAGE).fetchall()
    return tuple(
        ChartStatus(chart_id, count, str(first), str(last), tuple(map(str, gaps)))
        for chart_id, count, first, last, gaps in found
    )


_COVERAGE = """
select
    chart_id,
    count(*) as snapshots,
    min(snapshot_date) as first_date,
    max(snapshot_date) as last_date,
    coalesce(
        (select list(period_end order by period_end) from gaps
         where gaps.chart_id = snapshots.chart_id), []
    ) as missing
from snapshots
group by chart_id
order by chart_id
"""


def _mirrored(path: Path) -> set[tuple[str, datetime, str]]:
    if not path.exists():
        return set()
    with reading(path) as connection:
        found = connection.execute(
            "select chart_id, snapshot_at, sha256 from published_snapshots"
        ).fetchall()
    return {(chart_id, snapshot_at, sha256) for chart_id, snapshot_at, sha256 in found}
