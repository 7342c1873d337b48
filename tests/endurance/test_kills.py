"""Each command that writes, killed at every operation of the lake, on a directory and on S3."""

import os
import shutil
import signal
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from tests.support.interruptions import (
    COMMANDS,
    DyingLake,
    assert_readers_see_whole_snapshots,
    final_state,
    listed_snapshots,
)

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.endurance, pytest.mark.timeout(7200)]


@pytest.fixture(params=["directory", "s3"])
def copy_prepared(request, tmp_path, monkeypatch):
    """Prepares a lake and a mirror for a command once, and copies them as often as needed."""
    monkeypatch.chdir(tmp_path)
    prepared, copies = tmp_path / "prepared", count()
    if request.param == "s3":
        server = request.getfixturevalue("seaweed")
        for name, value in server.environ.items():
            monkeypatch.setenv(name, value)

    def run(command):
        if not prepared.exists():
            prepared.mkdir()
            command.prepare(open_lake(str(prepared / "lake")), prepared / "mirror.duckdb")
        folder = tmp_path / str(next(copies))
        shutil.copytree(prepared, folder)
        if request.param == "directory":
            return str(folder / "lake"), folder / "mirror.duckdb"
        location = server.new_location()
        local, lake = open_lake(str(folder / "lake")), open_lake(location)
        for stored in local.list(""):
            lake.write(stored.key, local.read(stored.key).body)
        if command.mirror_is_current and (folder / "mirror.duckdb").exists():
            refresh(lake, folder / "mirror.duckdb")
        return location, folder / "mirror.duckdb"

    return run


@pytest.mark.parametrize("name", COMMANDS)
def test_a_clean_run_completes_a_command_that_was_killed(name, copy_prepared, capsys):
    command = COMMANDS[name]
    location, mirror = copy_prepared(command)
    counted = DyingLake(open_lake(location), 10_000, command.operations)
    command.run(counted, mirror)
    expected = final_state(open_lake(location), mirror, command)
    finishers = (name, *command.others)
    for allowed in range(counted.done):
        location, mirror = copy_prepared(command)
        lake = open_lake(location)
        before = listed_snapshots(lake)
        arguments = (name, location, str(mirror), str(allowed))
        killed = subprocess.run(
            [sys.executable, "-m", "tests.support.interruptions", *arguments],
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            check=False,
        )
        place = f"{name}, killed before operation {allowed + 1}"
        assert killed.returncode == -signal.SIGKILL, place
        assert command.may_delete_snapshots or listed_snapshots(lake) >= before, place
        assert_readers_see_whole_snapshots(lake, mirror)
        COMMANDS[finishers[allowed % len(finishers)]].run(lake, mirror)
        assert final_state(lake, mirror, command) == expected, place
    with capsys.disabled():
        store = "S3" if location.startswith("s3://") else "a directory"
        print(f"\n{name}: killed at {counted.done} points, on {store}")
