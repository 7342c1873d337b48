"""A command may die at any operation of the lake. The next run ends in the same state.

Here it dies at some of them; `make endurance` kills the process at every one.
"""

import shutil
from itertools import count, cycle

import pytest

from etl.lake import open_lake
from tests.support.interruptions import (
    COMMANDS,
    DyingLake,
    ProcessDied,
    assert_readers_see_whole_snapshots,
    final_state,
    listed_snapshots,
)

pytestmark = pytest.mark.slow

# The format makes a difference to the files alone, and not to their order.
POINTS = {"process as CSV": 1, "rebuild as CSV": 1}
MOST_POINTS = 3


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Prepares a lake and a mirror once for all commands that need the same; returns a folder."""
    folders = {}

    def run(prepare):
        if prepare not in folders:
            folders[prepare] = folder = tmp_path_factory.mktemp("prepared")
            prepare(open_lake(str(folder / "lake")), folder / "mirror.duckdb")
        return folders[prepare]

    return run


@pytest.fixture
def copy_prepared(prepared, tmp_path, monkeypatch):
    """Copies the lake and the mirror that a command needs, as often as needed."""
    monkeypatch.chdir(tmp_path)
    copies = count()

    def run(command):
        folder = tmp_path / str(next(copies))
        shutil.copytree(prepared(command.prepare), folder)
        return open_lake(str(folder / "lake")), folder / "mirror.duckdb"

    return run


def points_within(operations, wanted):
    """As many numbers of operations as wanted, at equal distances, none of them at an end."""
    return sorted({operations * number // (wanted + 1) for number in range(1, wanted + 1)})


@pytest.mark.parametrize("name", COMMANDS)
def test_a_clean_run_completes_a_command_that_died(name, copy_prepared):
    command = COMMANDS[name]
    lake, mirror = copy_prepared(command)
    counted = DyingLake(lake, 10_000, command.operations)
    command.run(counted, mirror)
    expected = final_state(lake, mirror, command)
    finishers = cycle((name, *command.others))
    for allowed in points_within(counted.done, POINTS.get(name, MOST_POINTS)):
        lake, mirror = copy_prepared(command)
        before = listed_snapshots(lake)
        with pytest.raises(ProcessDied):
            command.run(DyingLake(lake, allowed, command.operations), mirror)
        place = f"{name} died before operation {allowed + 1}"
        assert command.may_delete_snapshots or listed_snapshots(lake) >= before, place
        assert_readers_see_whole_snapshots(lake, mirror)
        COMMANDS[next(finishers)].run(lake, mirror)
        assert final_state(lake, mirror, command) == expected, place
