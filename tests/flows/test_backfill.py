"""The flow for a backfill, with threads in place of Dask's workers. `make dask` has those."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from prefect.task_runners import ThreadPoolTaskRunner
from prefect.utilities.collections import visit_collection

from etl.errors import AccessDenied, ConfigurationError, RunFailed
from etl.lake import StoredObject, open_lake
from etl.lake.layout import PENDING
from etl.pipeline import process
from flows import backfill as flow
from flows import events, workers
from tests.support.backfills import backfill
from tests.support.small_lakes import chart_body, chart_name, lake_contents, put_pending

# Prefect leaves connections to its server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("fast_retries"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def threads(monkeypatch):
    """Two threads are the workers."""
    runner: Any = ThreadPoolTaskRunner(max_workers=2)
    monkeypatch.setattr(workers, "task_runner", lambda *given: runner)


@pytest.fixture
def emitted(monkeypatch):
    """The events that the flow emits."""
    found = []
    monkeypatch.setattr(events, "emit_event", lambda **event: found.append(event))
    return found


def test_workers_leave_the_lake_that_one_process_leaves(folder, threads, emitted, capsys):
    for location in ("lake", "whole"):
        put_pending(open_lake(location), backfill())
    published = process.process_pending(open_lake("whole"), "parquet").published
    assert flow.backfill() == published
    assert lake_contents(open_lake("lake")) == lake_contents(open_lake("whole"))
    assert [event["payload"] for event in emitted] == [{"snapshots": published}]
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"published  {published} snapshots"
    assert len([line for line in lines if line.startswith("quarantined: ")]) == 2


def test_a_part_that_fails_stops_no_other(folder, threads, monkeypatch):
    put_pending(open_lake("lake"), {chart_name(0, name): chart_body(0) for name in ("aa", "bb")})

    def refuse(lake, objects, file_format):
        if "-aa-" in objects[0].key:
            raise AccessDenied("The store refuses.", service="S3")
        return original(lake, objects, file_format)

    original = process.process_files
    monkeypatch.setattr(process, "process_files", refuse)
    with pytest.raises(AccessDenied, match="The store refuses"):
        flow.backfill()
    assert [one.key for one in open_lake("lake").list(PENDING)] == [PENDING + chart_name(0, "aa")]


def test_workers_that_die_one_after_the_other_are_named_as_that(folder, threads, monkeypatch):
    class KilledWorker(Exception):
        """As Dask's own."""

    def die(*given):
        raise KilledWorker

    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    monkeypatch.setattr(process, "process_files", die)
    with pytest.raises(RunFailed, match=rf"died while it processed 1 file, .*{chart_name(0)}"):
        flow.backfill()


def test_prefect_does_not_look_into_a_part(folder):
    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    seen: list[Any] = []
    look: Any = seen.append
    part = flow.Part(open_lake("lake").list(PENDING))
    visit_collection({"part": part}, visit_fn=look, return_data=False)
    assert part in seen
    assert not any(isinstance(one, StoredObject | list) for one in seen)


def test_without_dask_the_error_says_how_to_install_it(folder, monkeypatch):
    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    monkeypatch.setitem(sys.modules, "prefect_dask", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'chartlake\[dask\]'"):
        flow.backfill()
    assert len(open_lake("lake").list(PENDING)) == 1


def test_a_backfill_of_nothing_starts_no_worker(folder, monkeypatch):
    monkeypatch.setattr(workers, "task_runner", None)
    assert flow.backfill() == 0
