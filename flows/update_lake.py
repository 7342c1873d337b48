"""The weekly flow: from Spotify to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow, runtime

from etl.enrich import BUDGET
from etl.settings import load_settings
from flows.speech import counted
from flows.tasks import (
    Troubles,
    crawl,
    enrich_tables,
    process_pending,
    refresh_mirror,
    take_chart,
    warn_of_login,
    write_report,
)


def _run_name() -> str:
    charts = runtime.flow_run.parameters.get("charts") or load_settings().charts
    return f"update-lake {datetime.now(UTC):%Y-%m-%d} · {counted(len(charts), 'chart')}"


@flow(name="update-lake", flow_run_name=_run_name)
def update_lake(charts: list[str] | None = None, budget: int = BUDGET) -> None:
    """Take a snapshot of each chart, publish all that is pending, and refresh the mirror.

    `charts` are playlist ids or URLs; without them, those of the settings are taken. A chart that
    cannot be taken, or a crawl that fails, fails the run at its end and stops nothing before.
    `budget` is how many requests may go into what the snapshots lack, genres above all.
    """
    settings = load_settings(**({"charts": charts} if charts else {}))
    warn_of_login()
    troubles = Troubles()
    for chart_id in settings.charts:
        with troubles.kept():
            take_chart(chart_id)
    processed = process_pending()
    if processed.published:
        with troubles.kept():
            crawl()
    refresh_mirror()
    if enrich_tables(budget):
        refresh_mirror()
    write_report()
    troubles.raise_kept()
