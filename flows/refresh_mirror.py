"""The flow that keeps a local copy: from what is published to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from flows import tasks
from flows.failures import said_plainly


def _run_name() -> str:
    return f"refresh-mirror {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="refresh-mirror", flow_run_name=_run_name)
@said_plainly
def refresh_mirror() -> int:
    """Bring the mirror, and the report, up to what is published; returns how many snapshots."""
    refreshed = tasks.refresh_mirror()
    if refreshed.partitions:
        tasks.write_report()
    return refreshed.snapshots
