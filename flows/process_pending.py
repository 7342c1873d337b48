"""The flow for files that landed: from the landing zone to what the mirror reads."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from etl.failures import Failures
from flows import events, tasks
from flows.blocks import load_settings
from flows.failures import with_plain_failures


def _run_name() -> str:
    return f"process-pending {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="process-pending", flow_run_name=_run_name)
@with_plain_failures
def process_pending() -> int:
    """Publish everything that is pending, and crawl where that is due; how many snapshots.

    Files that are still pending afterwards fail the run at its end.
    """
    settings = load_settings()
    with Failures() as failures:
        processed = tasks.process_pending(settings)
        with failures.deferred():
            processed.raise_for_pending()
        if processed.published:
            events.emit_published(settings.lake, processed.published)
        tasks.crawl(settings, processed.published > 0)
    return processed.published
