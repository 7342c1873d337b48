"""The flow for whatever landed: from the landing zone to what the mirror reads."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from flows import events, tasks
from flows.blocks import load_settings
from flows.failures import said_plainly


def _run_name() -> str:
    return f"process-pending {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="process-pending", flow_run_name=_run_name)
@said_plainly
def process_pending() -> int:
    """Publish all that is pending, and crawl where that is due; returns how many snapshots."""
    settings = load_settings()
    published = tasks.process_pending()
    if published:
        events.tell_published(settings.lake, published)
    if settings.glue_crawler:
        tasks.crawl(settings.glue_crawler, published > 0)
    return published
