"""Ten years of weeks through the real flows, while the storage fails and processes are killed."""

import os
import random
import resource
import signal
import statistics
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from threading import Lock

import pytest

from demo.chart_file import chart_csv, chart_file_name
from demo.world import World
from etl.errors import ChartlakeError, ServiceUnavailable
from etl.lake import open_lake
from etl.lake.layout import PENDING
from flows import tasks
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from tests.support.small_lakes import query_rows
from tests.support.world_truth import movement_status

WEEKS = int(os.environ.get("CHARTLAKE_SOAK_WEEKS", "520"))
KILLED_EVERY = 13
FAULTS = 1 / 20
ROOT = Path(__file__).parents[2]
OPERATIONS = ("list", "find", "read", "write", "move", "delete")
SETTLED = 10  # weeks after which memory and time a week stay what they are


class UnreliableLake:
    """A lake of which one operation in twenty fails; `faults` gets the names of those."""

    def __init__(self, lake, chance, faults):
        self._lake, self._chance, self._faults, self._lock = lake, chance, faults, Lock()

    def __getattr__(self, name):
        method = getattr(self._lake, name)
        return self._unreliable(method) if name in OPERATIONS else method

    def _unreliable(self, method):
        def call(*args, **kwargs):
            with self._lock:
                fails = self._chance.random() < FAULTS
            if fails:
                self._faults.append(method.__name__)
                raise ServiceUnavailable("the store is busy", service="S3")
            return method(*args, **kwargs)

        return call


def process_until_killed(allowed):
    """Process what is pending in a process that dies after so many operations; whether it did."""
    arguments = ("process", "lake", "mirror.duckdb", str(allowed))
    completed = subprocess.run(
        [sys.executable, "-m", "tests.support.interruptions", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return completed.returncode == -signal.SIGKILL


def megabytes():
    """The memory that this process uses at present."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


@pytest.mark.endurance
@pytest.mark.timeout(7200)
def test_ten_years_of_failures_lose_nothing(folder, fast_retries, monkeypatch, capsys):
    chance, world, lake = random.Random(2026), World(WEEKS, size=50), open_lake("lake")
    faults: list[str] = []
    kills = 0
    monkeypatch.setattr(tasks, "open_lake", lambda *_: UnreliableLake(lake, chance, faults))
    seconds, memory = [], []
    for week in range(WEEKS):
        name = chart_file_name("xx", world.week_end(week))
        lake.write(PENDING + name, chart_csv(world.chart(week)))
        if week % KILLED_EVERY == 0:
            kills += process_until_killed(chance.randrange(8))
        started = time.process_time()
        for flow in (process_pending, refresh_mirror):
            with suppress(ChartlakeError):
                flow()
        seconds.append(time.process_time() - started)
        memory.append(megabytes())
    monkeypatch.setattr(tasks, "open_lake", open_lake)
    process_pending()
    assert refresh_mirror() == WEEKS
    assert_movements_are_true(world)
    window = max(1, min(50, WEEKS // 4))
    late, early = (
        statistics.median(part) for part in (seconds[-window:], seconds[SETTLED:][:window])
    )
    grown = memory[-1] - memory[min(SETTLED, WEEKS - 1)]
    with capsys.disabled():
        print(
            f"\n{WEEKS} of {WEEKS} snapshots through {len(faults):,} faults and {kills} kills;"
            f" CPU a week {early:.2f} s after week {SETTLED}, {late:.2f} s at the end;"
            f" memory {memory[-1] - grown:.0f} MB at week {SETTLED}, {memory[-1]:.0f} MB at the end"
        )
    assert late < 2 * early
    assert grown < 0.3 * memory[-1]


def assert_movements_are_true(world):
    found = query_rows(
        Path("mirror.duckdb"),
        "select period_end, position, song_id, previous_position, status from movements",
    )
    truth = [
        (
            world.week_end(week),
            entry.position,
            entry.track.song_id,
            entry.previous_position,
            movement_status(week, entry),
        )
        for week in range(WEEKS)
        for entry in world.chart(week)
    ]
    assert sorted(found, key=lambda row: row[:2]) == sorted(truth, key=lambda row: row[:2])
