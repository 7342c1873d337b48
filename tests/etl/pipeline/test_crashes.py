"""A run may die before any change to the lake. The next run ends in the same state."""

import shutil
from contextlib import suppress

import pytest

from etl.errors import PartitionUnsettled
from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    history,
    lake_contents,
    playlist_body,
    playlist_name,
    put_pending,
    query_rows,
    table_rows,
)

pytestmark = pytest.mark.slow

MUTATIONS = ("write", "move", "delete")


class ProcessDied(BaseException):
    """Simulates the death of the process. The product does not catch it."""


class DyingLake:
    """A lake that makes a number of changes, and then raises ProcessDied."""

    def __init__(self, lake, allowed):
        self.lake, self.allowed, self.changes = lake, allowed, 0

    def __getattr__(self, name):
        method = getattr(self.lake, name)
        return self._counted(method) if name in MUTATIONS else method

    def _counted(self, method):
        def call(*args, **kwargs):
            if self.changes >= self.allowed:
                raise ProcessDied
            self.changes += 1
            return method(*args, **kwargs)

        return call


FIRST = history(2) | {"bad.json": b"{"}
SECOND = {
    "worse.json": b"[",
    chart_name(0): chart_body(30),  # replaces
    playlist_name(0): playlist_body(0, first=40),  # replaces
    playlist_name(2): playlist_body(2),
    chart_name(2): chart_body(2),
    chart_name(1, "yy").replace(".csv", " (1).csv"): chart_body(4),  # has another name
}


# Each of these returns rows if a reader sees one part of a run without another.
INCONSISTENCIES = (
    "select raw_name from snapshots left join songs using (chart_id, snapshot_at)"
    " group by all having count(songs.position) <> any_value(snapshots.entries)",
    "select song_id from songs anti join snapshots using (chart_id, snapshot_at)",
    "select song_id from songs anti join albums using (chart_id, snapshot_at, album_id)"
    " where album_id is not null",
    "select album_id from albums anti join songs using (chart_id, snapshot_at, album_id)",
    "select artist_id from artists anti join songs using (chart_id, snapshot_at, artist_id)",
)


def prepare_lake(folder):
    lake = open_lake(str(folder))
    put_pending(lake, FIRST)
    process_pending(lake, "parquet")
    put_pending(lake, SECOND)
    return lake


def refresh_settled(lake, mirror):
    """Refresh the mirror, except for partitions that a dead publisher left unsettled."""
    with suppress(PartitionUnsettled):
        refresh(lake, mirror)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template") / "lake"
    prepare_lake(folder)
    return folder


@pytest.fixture
def copy_lake(template):
    """Copies the prepared lake to a folder."""

    def run(folder):
        shutil.copytree(template, folder)
        return open_lake(str(folder))

    return run


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """The number of changes of a run that does not die, and the contents of its lake."""
    lake = prepare_lake(tmp_path_factory.mktemp("uninterrupted"))
    counted = DyingLake(lake, 10_000)
    process_pending(counted, "parquet")
    return counted.changes, lake_contents(lake)


def test_the_next_run_completes_a_run_that_died(uninterrupted, copy_lake, tmp_path):
    changes, expected = uninterrupted
    assert changes > 12
    for allowed in range(changes):
        lake = copy_lake(tmp_path / str(allowed))
        with pytest.raises(ProcessDied):
            process_pending(DyingLake(lake, allowed), "parquet")
        process_pending(lake, "parquet")
        assert lake_contents(lake) == expected, f"died before change {allowed + 1}"
        assert lake.list(PENDING) == []


def test_a_reader_sees_no_partial_results_of_a_run_that_died(uninterrupted, copy_lake, tmp_path):
    changes, _ = uninterrupted
    for allowed in range(changes):
        lake = copy_lake(tmp_path / str(allowed))
        mirror = tmp_path / f"{allowed}.duckdb"
        with pytest.raises(ProcessDied):
            process_pending(DyingLake(lake, allowed), "parquet")
        refresh_settled(lake, mirror)
        for sql in INCONSISTENCIES:
            assert query_rows(mirror, sql) == [], f"died before change {allowed + 1}"


def test_the_mirror_is_the_same_after_a_run_that_died(uninterrupted, copy_lake, tmp_path):
    changes, _ = uninterrupted
    expected = copy_lake(tmp_path / "expected")
    process_pending(expected, "parquet")
    refresh(expected, tmp_path / "expected.duckdb")
    for allowed in range(0, changes, 3):
        lake = copy_lake(tmp_path / str(allowed))
        mirror = tmp_path / f"{allowed}.duckdb"
        with pytest.raises(ProcessDied):
            process_pending(DyingLake(lake, allowed), "parquet")
        refresh_settled(lake, mirror)
        process_pending(lake, "parquet")
        refresh(lake, mirror)
        assert table_rows(mirror) == table_rows(tmp_path / "expected.duckdb")
