"""The flow for files that landed: from the landing zone to what the mirror reads."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from flows import events, tasks
from flows.blocks import load_settings
from flows.failures import with_plain_failures


def _run_name() -> str:
    return f"process-pending {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="process-pending", flow_run_name=_run_name)
@with_plain_failures
def process_pending() -> int:
    """Publish everything that is pending, and crawl where that is due; how many snapshots."""
    settings = load_settings()
    published = tasks.process_pending(settings)
    if published:
        events.emit_published(settings.lake, published)
    tasks.crawl(settings, published > 0)
    return published
