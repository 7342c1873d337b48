"""A backfill on two Dask workers, through the command: the lake is that of one process."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from etl.lake import open_lake
from etl.lake.layout import MANIFESTS, PENDING
from etl.pipeline.process import process_pending
from flows.workers import started_early, task_runner
from tests.support.backfills import backfill
from tests.support.prefect_site import Site, free_port, kill_process_tree, wait_for
from tests.support.small_lakes import chart_body, chart_name, lake_contents, put_pending

pytestmark = [pytest.mark.dask, pytest.mark.timeout(600)]
ROOT = Path(__file__).parents[2]
# Enough files for a run that lasts until it is killed.
REGIONS, WEEKS, ENTRIES = 40, 40, 100


@pytest.fixture
def start(tmp_path):
    """Starts the command on a lake, with two workers."""
    started = []

    def run(location, *options, program=("etl", "backfill")):
        path = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        given = {
            "CHARTLAKE_LAKE": location,
            "PREFECT_HOME": str(tmp_path / "prefect"),
            "PYTHONPATH": path,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", *program, *options],
            cwd=tmp_path,
            env={**os.environ, **given},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        kill_process_tree(process.pid)
        process.communicate()


def many():
    """Raw files of many charts and months."""
    return {
        chart_name(week, f"x{region:02d}"): chart_body(week, ENTRIES)
        for region in range(REGIONS)
        for week in range(WEEKS)
    }


def processed_by_one(folder, files):
    """The contents of a lake in which one process has published the files."""
    lake = open_lake(str(folder / "one"))
    put_pending(lake, files)
    process_pending(lake, "parquet")
    return lake_contents(lake)


def wait_until_midway(lake):
    """Wait until some partitions are published, and others not."""
    while not lake.list(MANIFESTS):
        time.sleep(0.05)
    assert lake.list(PENDING)


def workers_of(pid):
    """The processes of the workers, which Dask's nannies start."""
    return [
        process
        for process in psutil.Process(pid).children(recursive=True)
        if any("spawn_main" in word for word in process.cmdline())
    ]


def test_two_workers_leave_the_lake_that_one_process_leaves(location, start, tmp_path):
    put_pending(open_lake(location), backfill())
    output, errors = (process := start(location)).communicate()
    assert (process.returncode, errors) == (0, "")
    assert output.startswith("published  ")
    assert lake_contents(open_lake(location)) == processed_by_one(tmp_path, backfill())


def test_a_worker_that_is_killed_is_replaced(start, tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, many())
    process = start(lake.location)
    wait_until_midway(lake)
    workers = workers_of(process.pid)
    assert len(workers) == 2
    workers[0].kill()
    process.communicate()
    assert process.returncode == 0
    assert lake_contents(lake) == processed_by_one(tmp_path, many())


def test_a_backfill_that_is_killed_continues_when_it_runs_again(start, tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, many())
    process = start(lake.location)
    wait_until_midway(lake)
    kill_process_tree(process.pid)
    assert lake.list(PENDING)
    _, errors = (again := start(lake.location)).communicate()
    assert (again.returncode, errors) == (0, "")
    assert lake_contents(lake) == processed_by_one(tmp_path, many())


def test_the_deployment_does_the_same(tmp_path):
    site = Site(tmp_path)
    shutil.copy(ROOT / "prefect.yaml", tmp_path)
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, backfill())
    with site.server():
        site.chartlake("deploy")
        site.set_schedules("process-pending", active=False)
        with site.worker():
            site.start_run("backfill")
            wait_for("the run", lambda: site.runs_in("backfill", "COMPLETED", "FAILED"))
        names = [run["name"] for run in site.request("task_runs/filter")]
    assert len([name for name in names if re.fullmatch(r"process \d+ files?", name)]) >= 4
    assert lake_contents(lake) == processed_by_one(tmp_path, backfill())


@pytest.fixture
def children():
    """The processes of workers that this process has started."""
    return lambda: {process.pid for process in workers_of(os.getpid())}


@pytest.mark.filterwarnings("ignore")
def test_a_run_takes_the_workers_that_were_started_for_it(children):
    with started_early(2):
        early: Any = task_runner(2, None)
        with early as runner:
            assert runner.client.submit(lambda: "flows.backfill" in sys.modules).result()
            assert set(runner.client.run(os.getpid).values()) == children()
            assert len(children()) == 2
    assert children() == set()


@pytest.mark.filterwarnings("ignore")
def test_a_worker_keeps_the_memory_that_it_will_need_again():
    local: Any = task_runner(1, None)
    with local as runner:
        assert list(runner.client.run(os.getenv, "MALLOC_TRIM_THRESHOLD_").values()) == [None]


def logs_farewell():
    """Whether a worker logs that it has lost the scheduler; this is run there."""
    import logging

    words = "Failed to communicate with scheduler during heartbeat."
    record = logging.LogRecord("distributed.worker", logging.ERROR, "", 0, words, None, None)
    return bool(logging.getLogger("distributed.worker").filter(record))


@pytest.mark.filterwarnings("ignore")
def test_a_worker_that_loses_the_scheduler_at_the_end_prints_nothing():
    local: Any = task_runner(1, None)
    with local as runner:
        assert list(runner.client.run(logs_farewell).values()) == [False]


@pytest.mark.filterwarnings("ignore")
def test_workers_that_no_run_takes_are_stopped(children):
    with started_early(2):
        pass
    assert children() == set()


@pytest.mark.filterwarnings("ignore")
def test_nobody_else_can_send_work_to_the_workers():
    import distributed

    local: Any = task_runner(1, None)
    with local as runner:
        address = runner.client.scheduler.address
        assert runner.client.submit(sum, [1, 2]).result() == 3
        assert address.startswith("tls://127.0.0.1:")
        for scheme in ("tcp", "tls"):
            with pytest.raises((OSError, TypeError, RuntimeError)):
                distributed.Client(address.replace("tls", scheme), timeout=2)


def test_the_workers_may_be_those_of_a_cluster(start, tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, backfill())
    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    for program in (
        ["distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)],
        ["distributed.cli.dask_worker", address, "--nworkers", "2", "--nthreads", "1"],
    ):
        start(lake.location, program=program)
    process = start(lake.location, "--scheduler", address)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert lake_contents(lake) == processed_by_one(tmp_path, backfill())


def test_a_scheduler_that_does_not_answer_is_named(start, tmp_path, monkeypatch):
    monkeypatch.setenv("DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT", "1s")
    lake = open_lake(str(tmp_path / "lake"))
    put_pending(lake, {chart_name(0): chart_body(0)})
    _, errors = (process := start(lake.location, "--scheduler", "tcp://127.0.0.1:9")).communicate()
    assert process.returncode == 1
    assert "Dask's workers cannot be reached" in errors
    assert len(errors.splitlines()) == 1
    assert len(lake.list(PENDING)) == 1
