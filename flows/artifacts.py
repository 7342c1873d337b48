"""What a person sees of a run in Prefect's UI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect.artifacts import (
    create_link_artifact,
    create_markdown_artifact,
    create_table_artifact,
)

from etl import mirror
from etl.database import models, rows
from etl.process import Processed
from flows.speech import counted

_TOP = 10
_ARROWS = {"UP": "▲", "DOWN": "▼", "SAME": "="}


def show_top_ten(path: Path) -> None:
    """A table for each chart: the first ten of its latest period, with their movements."""
    by_chart: dict[str, list[dict[str, Any]]] = {}
    with mirror.reading(path) as connection:
        for row in rows(connection, models("reports")["this_week"]):
            if int(str(row["position"])) <= _TOP:
                by_chart.setdefault(str(row["chart_id"]), []).append(_shown(row))
    for chart_id, table in by_chart.items():
        create_table_artifact(table, key=f"top-ten-{_key(chart_id)}", description=chart_id)


def show_quality(processed: Processed) -> None:
    """What a run published, and every file that it could not understand, with the rule."""
    lines = [f"**{processed.published:,}** published, **{len(processed.quarantined):,}** set aside"]
    lines += [f"- {one.sentence}" for one in processed.quarantined]
    create_markdown_artifact(
        "\n".join(lines), key="data-quality", description="What was published and set aside"
    )


def link_report(out: Path, charts: int) -> None:
    """A link to the report."""
    create_link_artifact(
        out.as_uri(), "The report", key="report", description=f"Of {counted(charts, 'chart')}"
    )


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    change = abs(row["position_change"]) if row["position_change"] else ""
    movement = f"{_ARROWS.get(row['status'], row['status'])} {change}".strip()
    return {
        "position": row["position"],
        "movement": movement,
        "song": row["song_name"],
        "artist": row["artist_credit"],
        "peak": row["peak_position"],
        f"{row['period']}s": row["periods_on_chart"],
    }


def _key(chart_id: str) -> str:
    # Keys are made of lower-case letters, digits and dashes alone.
    return "".join(char if char.isalnum() else "-" for char in chart_id.lower())
