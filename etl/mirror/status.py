"""Status: what the lake holds, chart by chart, and how far behind the mirror is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from etl.database import connect, count, create_table, insert_rows, models
from etl.errors import MirrorError
from etl.lake import Lake
from etl.lake.layout import PENDING, QUARANTINE, REASON_SUFFIX
from etl.lake.partitions import Unusable
from etl.mirror.charts import own_names
from etl.mirror.published import PublishedSnapshot, published_snapshots
from etl.mirror.reader import check_schema, open_older_mirror
from etl.mirror.refresh import snapshot_row
from etl.mirror.schema import create_periods
from etl.sources.chart_names import chart_name

# The chart, the time, and the digest of the raw file.
MirroredSnapshot = tuple[str, datetime, str]


@dataclass(frozen=True, slots=True)
class ChartStatus:
    """The history of one chart: dates are ISO, `gaps` the last days of the periods it lacks.

    `own_name` is what its snapshots call it, as those of playlists do.
    """

    chart_id: str
    own_name: str | None
    snapshots: int
    first: str
    last: str
    gaps: tuple[str, ...]

    @property
    def chart_name(self) -> str:
        """The name under which people see the chart."""
        return chart_name(self.chart_id, self.own_name)


@dataclass(frozen=True, slots=True)
class MirrorStatus:
    """How many snapshots the mirror holds, and of how many it does not have what is published."""

    snapshots: int
    behind: int


@dataclass(frozen=True, slots=True)
class CreditStatus:
    """How many entries in the mirror have an artist credit, and one whose artists are known."""

    entries: int = 0
    resolved: int = 0


@dataclass(frozen=True, slots=True)
class Status:
    """Coverage and gaps by chart, and how many files or snapshots are where.

    `mirror_problem` is a sentence where there is a mirror that cannot be read, or whose tables and
    views are those of another version. Nothing counts of `unusable` partitions.
    """

    charts: tuple[ChartStatus, ...]
    published: int
    pending: int
    quarantined: int
    mirror: MirrorStatus
    credits: CreditStatus
    mirror_problem: str | None = None
    unusable: tuple[Unusable, ...] = ()

    def document(self) -> dict[str, Any]:
        """The status as `chartlake status --json` prints it."""
        document = asdict(self)
        del document["mirror_problem"], document["credits"], document["unusable"]
        if self.unusable:
            document["unusable"] = [
                asdict(one.partition) | {"sentence": one.sentence} for one in self.unusable
            ]
        for chart in document["charts"]:
            del chart["own_name"]  # machines go by the id
        return document


def read_status(lake: Lake, mirror: Path) -> Status:
    """The status, from the lake's manifests and zones, and from the mirror if there is one."""
    listed = published_snapshots(lake, mirror)
    published = {
        (partition.chart_id, one.snapshot_at.replace(tzinfo=None), one.sha256)
        for partition, one in listed.snapshots
    }
    mirrored, credits, problem = _read_mirror(mirror)
    unknown = {(one.partition.chart_id, one.partition.month) for one in listed.unusable}
    compared = {one for one in mirrored if (one[0], f"{one[1]:%Y-%m}") not in unknown}
    return Status(
        charts=_charts(listed.snapshots),
        published=len(published),
        pending=len(lake.list(PENDING)),
        quarantined=sum(not one.key.endswith(REASON_SUFFIX) for one in lake.list(QUARANTINE)),
        mirror=MirrorStatus(len(mirrored), _count_differing(published, compared)),
        credits=credits,
        mirror_problem=problem,
        unusable=listed.unusable,
    )


def _count_differing(published: set[MirroredSnapshot], mirrored: set[MirroredSnapshot]) -> int:
    """How many snapshots the mirror lacks, has with other bytes, or has no longer to have."""
    return len({(chart_id, moment) for chart_id, moment, _ in published ^ mirrored})


def gaps_with(
    published: Iterable[PublishedSnapshot], landed: Iterable[tuple[str, datetime]]
) -> list[ChartStatus]:
    """The charts with gaps that remain once the `landed` snapshots are published, too.

    A landed snapshot is given by its chart id and time (UTC).
    """
    wanted: dict[str, set[datetime]] = {}
    for chart_id, snapshot_at in landed:
        wanted.setdefault(chart_id, set()).add(snapshot_at.replace(tzinfo=None))
    return [chart for chart in _charts(published, wanted) if chart.gaps]


def _charts(
    published: Iterable[PublishedSnapshot], landed: dict[str, set[datetime]] | None = None
) -> tuple[ChartStatus, ...]:
    known = [snapshot_row(partition.chart_id, snapshot) for partition, snapshot in published]
    listed = {(row["chart_id"], row["snapshot_at"]) for row in known}
    known += [
        {"chart_id": chart_id, "snapshot_at": moment}
        for chart_id, moments in (landed or {}).items()
        for moment in moments
        if (chart_id, moment) not in listed
    ]
    with connect() as connection:
        create_table(connection, "mirror", "published_snapshots")
        insert_rows(connection, "published_snapshots", known)
        create_periods(connection)
        names = own_names(connection)
        found = connection.execute(models("status")["coverage"]).fetchall()
    return tuple(
        ChartStatus(
            chart_id, names[chart_id], snapshots, str(first), str(last), tuple(map(str, gaps))
        )
        for chart_id, snapshots, first, last, gaps in found
    )


def _read_mirror(path: Path) -> tuple[set[MirroredSnapshot], CreditStatus, str | None]:
    """What the mirror holds, if there is one, and what is wrong with it."""
    mirrored: set[MirroredSnapshot] = set()
    credits = CreditStatus()
    try:
        if path.exists():
            with open_older_mirror(path) as connection:
                mirrored = _snapshots(connection)
                check_schema(path, connection)
                credits = _count_credits(connection)
    except MirrorError as error:
        return mirrored, credits, str(error)
    return mirrored, credits, None


def _snapshots(connection: duckdb.DuckDBPyConnection) -> set[MirroredSnapshot]:
    found = connection.execute("select chart_id, snapshot_at, sha256 from published_snapshots")
    return {(chart_id, snapshot_at, sha256) for chart_id, snapshot_at, sha256 in found.fetchall()}


def _count_credits(connection: duckdb.DuckDBPyConnection) -> CreditStatus:
    entries = "select coalesce(sum(entries), 0) from credits"
    return CreditStatus(
        count(connection, entries), count(connection, f"{entries} where is_resolved")
    )
