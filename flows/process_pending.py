"""The flow for whatever landed: from the landing zone to what the mirror reads."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from etl.settings import load_settings
from flows import events, tasks


def _run_name() -> str:
    return f"process-pending {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="process-pending", flow_run_name=_run_name)
def process_pending() -> int:
    """Publish all that is pending, and crawl where something was published; returns how many.

    The landing zone is listed anew in each run, so that none has to trust whatever started it.
    """
    processed = tasks.process_pending()
    if processed.published:
        events.tell_published(load_settings().lake, processed.published)
        tasks.crawl()
    return processed.published
