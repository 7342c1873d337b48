"""The weekly flow: from Spotify to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow, runtime

from etl.enrich import BUDGET
from etl.errors import Misconfigured
from etl.spotify.token_file import TokenFile
from etl.wording import counted
from flows import tasks
from flows.blocks import load_settings
from flows.failures import Troubles, said_plainly
from flows.speech import say


def _run_name() -> str:
    name = f"update-lake {datetime.now(UTC):%Y-%m-%d}"
    try:
        charts = runtime.flow_run.parameters.get("charts") or load_settings().charts
    except Misconfigured:
        return name  # the run itself will say what is wrong
    return f"{name} · {counted(len(charts), 'chart')}"


@flow(name="update-lake", flow_run_name=_run_name)
@said_plainly
def update_lake(charts: list[str] | None = None, budget: int = BUDGET) -> None:
    """Take a snapshot of each chart, publish all that is pending, and refresh the mirror.

    `charts` are playlist ids or URLs; without them, those of the settings are taken. A chart that
    cannot be taken, or a crawl that fails, fails the run at its end and stops nothing before.
    `budget` is how many requests may go into what the snapshots lack, genres above all.
    """
    settings = load_settings(**({"charts": charts} if charts else {}))
    if warning := TokenFile(settings.spotify_token).warning():
        say(warning)
    with Troubles() as troubles:
        for chart_id in settings.charts:
            with troubles.kept():
                tasks.take_chart(chart_id)
        published = tasks.process_pending()
        if settings.glue_crawler:
            with troubles.kept():
                tasks.crawl(settings.glue_crawler, published > 0)
        is_fresh = tasks.refresh_mirror().partitions > 0
        if budget and tasks.enrich_tables(budget):
            is_fresh = tasks.refresh_mirror().partitions > 0 or is_fresh
        if is_fresh:
            tasks.write_report()
