"""The weekly flow: from Spotify to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow, runtime

from etl.errors import ConfigurationError
from etl.failures import Failures
from etl.pipeline.enrich import BUDGET
from etl.sources.spotify.token_file import TokenFile
from etl.wording import counted
from flows import tasks
from flows.blocks import load_settings
from flows.failures import with_plain_failures
from flows.speech import say


def _run_name() -> str:
    name = f"update-lake {datetime.now(UTC):%Y-%m-%d}"
    try:
        charts = runtime.flow_run.parameters.get("charts") or load_settings().charts
    except ConfigurationError:
        return name  # the run itself will report it
    return f"{name} · {counted(len(charts), 'chart')}"


@flow(name="update-lake", flow_run_name=_run_name)
@with_plain_failures
def update_lake(charts: list[str] | None = None, budget: int = BUDGET) -> None:
    """Take a snapshot of each chart, publish everything that is pending, and refresh the mirror.

    `charts` are playlist ids or URLs; without them, those in the settings are taken. A chart that
    cannot be taken, a file that is still pending afterwards, a crawl that fails, or a partition
    that cannot be read, fails the run at its end and stops nothing before. `budget` is how many
    requests may be made for what the snapshots lack, genres above all.
    """
    settings = load_settings(**({"charts": charts} if charts else {}))
    if warning := TokenFile(settings.spotify_token).warning():
        say(warning)
    with Failures() as failures:
        for chart_id in settings.charts:
            with failures.deferred():
                tasks.take_chart(settings, chart_id)
        processed = tasks.process_pending(settings)
        with failures.deferred():
            processed.raise_for_pending()
        with failures.deferred():
            tasks.crawl(settings, processed.published > 0)
        refreshed = tasks.refresh_mirror(settings)
        with failures.deferred():
            refreshed.raise_for_unusable()
        has_changed = refreshed.partitions > 0
        if budget:
            has_changed = tasks.enrich_tables(settings, budget) or has_changed
        if has_changed:
            tasks.write_report(settings)
