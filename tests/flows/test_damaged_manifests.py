"""A damaged manifest fails a run at its end, after the rest is published and mirrored."""

from __future__ import annotations

from typing import Any

import pytest
from prefect.task_runners import ThreadPoolTaskRunner

from etl.errors import RunFailed
from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.mirror.status import read_status
from flows import events, workers
from flows.backfill import backfill
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from flows.update_lake import update_lake
from tests.flows.conftest import CHART
from tests.support.small_lakes import chart_body, chart_name, put_pending

# Prefect leaves connections to its server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("fast_retries"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

KEY = "manifests/regional-xx-weekly/2026-01.json"
HELD = chart_name(0)


@pytest.fixture
def lake(folder):
    """A lake with a damaged manifest, a pending file that it holds up, and one that it does not."""
    lake = open_lake("lake")
    lake.write(KEY, b"garbage")
    put_pending(lake, {HELD: chart_body(0), chart_name(0, "yy"): chart_body(0)})
    return lake


@pytest.fixture
def emitted(monkeypatch):
    """The events that the flow emits."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(events, "emit_event", lambda **event: found.append(event))
    return found


def published(lake, folder):
    return [chart.chart_id for chart in read_status(lake, folder / "mirror.duckdb").charts]


def assert_fails_at_its_end(flow, *arguments):
    state = flow(*arguments, return_state=True)
    assert state.is_failed() and KEY in state.message
    with pytest.raises(RunFailed, match=KEY):
        state.result()


def test_the_weekly_flow_mirrors_and_reports_everything_else(lake, folder, capsys):
    assert_fails_at_its_end(update_lake, [CHART])
    assert published(lake, folder) == [CHART, "regional-yy-weekly"]
    assert read_status(lake, folder / "mirror.duckdb").mirror.snapshots == 2
    assert (folder / "report.html").exists()
    assert f"still pending: {HELD}: The manifest {KEY}" in capsys.readouterr().out


def test_pending_files_are_published_and_announced_but_for_those_of_that_month(
    lake, folder, emitted
):
    assert_fails_at_its_end(process_pending)
    assert published(lake, folder) == ["regional-yy-weekly"]
    assert [event["payload"] for event in emitted] == [{"snapshots": 1}]
    assert [stored.key for stored in lake.list(PENDING)] == [PENDING + HELD]
    assert_fails_at_its_end(refresh_mirror)
    assert read_status(lake, folder / "mirror.duckdb").mirror.snapshots == 1
    assert (folder / "report.html").exists()


def test_a_backfill_publishes_the_other_parts(lake, folder, emitted, monkeypatch):
    runner: Any = ThreadPoolTaskRunner(max_workers=2)
    monkeypatch.setattr(workers, "task_runner", lambda *given: runner)
    assert_fails_at_its_end(backfill)
    assert published(lake, folder) == ["regional-yy-weekly"]
