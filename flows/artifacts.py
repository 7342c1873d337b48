"""Artifacts: what a run shows in Prefect's UI."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from etl.database import models, rows
from etl.mirror.charts import chart_names
from etl.mirror.reader import open_mirror
from etl.pipeline.process import Processed
from etl.pipeline.publish import Publication
from etl.sources.chart_names import chart_name
from etl.wording import counted, unit

_TOP = 10
# A chart that ended earlier than the others by more than this is left out.
_RECENTLY = timedelta(days=31)
_ARROWS = {"UP": "▲", "DOWN": "▼", "SAME": "=", "UNKNOWN": "–"}


def show_top_ten(path: Path) -> None:
    """Show a table for each current chart: the top ten of its latest period, with movements."""
    with open_mirror(path) as connection:
        latest = rows(connection, models("reports")["this_week"])
        names = chart_names(connection)
    last_end = max((row["period_end"] for row in latest), default=None)
    by_chart: dict[tuple[Any, Any], list[dict[str, Any]]] = defaultdict(list)
    for row in latest:
        if row["position"] <= _TOP and last_end - row["period_end"] < _RECENTLY:
            by_chart[row["chart_id"], row["period_end"]].append(_shown(row))
    keys = _keys(names)
    for (chart_id, end), table in by_chart.items():
        title = f"{names[chart_id]}: the top ten of {end:%Y-%m-%d}"
        create_table_artifact(table, key=f"top-ten-{keys[chart_id]}", description=title)


def show_quality(processed: Processed) -> None:
    """Show what a run published, chart by chart, and every file that it quarantined or left."""
    create_markdown_artifact(
        "\n".join(_quality(processed)),
        key="data-quality",
        description="What was published, and what was quarantined",
    )


def link_report(out: Path, charts: int) -> None:
    """Show a link to the report."""
    create_link_artifact(
        out.as_uri(),
        str(out),
        key="report",
        description=f"The report on {counted(charts, 'chart')}",
    )


class Progress:
    """A progress bar in the UI, if there is more than one batch of files."""

    def __init__(self) -> None:
        self._artifact: Any = None

    def __call__(self, done: int, total: int) -> None:
        """Show how much is done."""
        share = 100 * done / total
        if self._artifact is None and done < total:
            self._artifact = create_progress_artifact(
                share, key="processing", description=f"Processing {counted(total, 'file')}"
            )
        elif self._artifact is not None:
            update_progress_artifact(self._artifact, share)


def _quality(processed: Processed) -> Iterator[str]:
    quarantined = processed.quarantined
    published = counted(processed.published, "snapshot")
    yield f"**{published}** published, **{counted(len(quarantined), 'file')}** quarantined."
    if processed.published:
        yield from ("", *_published_table(processed.publication))
    if quarantined:
        yield from ("", "### Quarantined", "", *(f"- {one.sentence}" for one in quarantined))
    if pending := processed.still_pending:
        yield from ("", "### Still pending", "", *(f"- {one.sentence}" for one in pending))


def _published_table(publication: Publication) -> Iterator[str]:
    charts: dict[str, list[tuple[int, int, bool]]] = defaultdict(list)
    own_names: dict[str, str | None] = {}
    for partition, snapshot in publication.snapshots:
        found = (snapshot.entries, snapshot.expected_entries, snapshot.is_complete)
        charts[partition.chart_id].append(found)
        own_names[partition.chart_id] = snapshot.chart_name or own_names.get(partition.chart_id)
    yield "| chart | snapshots | entries | expected | incomplete |"
    yield "|---|---:|---:|---:|---:|"
    for chart_id, snapshots in sorted(charts.items()):
        entries, expected, complete = (sum(column) for column in zip(*snapshots, strict=True))
        counts = (len(snapshots), entries, expected, len(snapshots) - complete)
        # A name may hold what ends a cell.
        shown = chart_name(chart_id, own_names[chart_id]).replace("|", r"\|")
        yield f"| {shown} | {' | '.join(f'{count:,}' for count in counts)} |"
    written = ", ".join(f"{count:,} {table}" for table, count in publication.rows.items())
    yield from ("", f"Rows: {written}.")


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    change = abs(row["position_change"]) if row["position_change"] else ""
    movement = f"{_ARROWS.get(row['status'], row['status'])} {change}".strip()
    return {
        "position": row["position"],
        "movement": movement,
        "peak": row["peak_position"],
        f"{unit(row['period'])}s": row["periods_on_chart"],
        "song": row["song_name"],
        "artist": row["artist_credit"],
    }


def _keys(names: Mapping[str, str]) -> dict[str, str]:
    """What the UI calls each chart: its name, or its id if another chart has the same one."""
    found = {chart_id: _key(name) for chart_id, name in names.items()}
    charts = Counter(found.values())
    return {
        chart_id: key if key and charts[key] == 1 else _key(chart_id)
        for chart_id, key in found.items()
    }


def _key(text: str) -> str:
    # Keys consist of lower-case letters, digits and dashes alone.
    return "-".join(re.findall("[a-z0-9]+", text.lower()))
