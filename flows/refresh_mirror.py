"""The flow that keeps a local copy: from what is published to the mirror."""

from __future__ import annotations

from datetime import UTC, datetime

from prefect import flow

from etl.failures import Failures
from flows import tasks
from flows.blocks import load_settings
from flows.failures import with_plain_failures


def _run_name() -> str:
    return f"refresh-mirror {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="refresh-mirror", flow_run_name=_run_name)
@with_plain_failures
def refresh_mirror() -> int:
    """Bring the mirror and the report up to what is published; returns how many snapshots.

    A partition that cannot be read fails the run at its end.
    """
    settings = load_settings()
    with Failures() as failures:
        refreshed = tasks.refresh_mirror(settings)
        with failures.deferred():
            refreshed.raise_for_unusable()
        if refreshed.partitions:
            tasks.write_report(settings)
    return refreshed.snapshots
