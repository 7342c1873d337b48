"""A run may die between any two storage operations; running again ends in the same state."""

import shutil
from contextlib import suppress

import pytest

from etl.errors import PartitionUnsettled
from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import (
    ask,
    chart_body,
    chart_name,
    contents,
    drop,
    history,
    listing_body,
    listing_name,
    tables,
)

CHANGES = ("write", "move", "delete")


class Died(BaseException):
    """The process is gone; nothing catches this."""


class MortalLake:
    """A lake whose process dies before its n-th change."""

    def __init__(self, lake, lives):
        self.lake, self.lives, self.changes = lake, lives, 0

    def __getattr__(self, name):
        method = getattr(self.lake, name)
        return self._mortal(method) if name in CHANGES else method

    def _mortal(self, method):
        def call(*args, **kwargs):
            if self.changes >= self.lives:
                raise Died
            self.changes += 1
            return method(*args, **kwargs)

        return call


FIRST = history(2) | {"bad.json": b"{"}
SECOND = {
    "worse.json": b"[",
    chart_name(0): chart_body(30),  # replaces
    listing_name(0): listing_body(0, first=40),  # replaces
    listing_name(2): listing_body(2),
    chart_name(2): chart_body(2),
    chart_name(1, "yy").replace(".csv", " (1).csv"): chart_body(4),  # the same again
}


MIXTURES = (
    "select raw_name from snapshots left join songs using (chart_id, snapshot_at)"
    " group by all having count(songs.position) <> any_value(snapshots.entries)",
    "select song_id from songs anti join snapshots using (chart_id, snapshot_at)",
    "select song_id from songs anti join albums using (chart_id, snapshot_at, album_id)"
    " where album_id is not null",
    "select album_id from albums anti join songs using (chart_id, snapshot_at, album_id)",
    "select artist_id from artists anti join songs using (chart_id, snapshot_at, artist_id)",
)


def prepared(folder):
    lake = open_lake(str(folder))
    drop(lake, FIRST)
    process_pending(lake, "parquet")
    drop(lake, SECOND)
    return lake


def read_by_a_mirror(lake, mirror):
    # What a publisher that died left unsettled stays out, or as it was.
    with suppress(PartitionUnsettled):
        refresh(lake, mirror)


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    folder = tmp_path_factory.mktemp("template") / "lake"
    prepared(folder)
    return folder


@pytest.fixture
def copied(template):
    """The prepared lake once more, in a folder of its own."""

    def run(folder):
        shutil.copytree(template, folder)
        return open_lake(str(folder))

    return run


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    lake = prepared(tmp_path_factory.mktemp("undisturbed"))
    counter = MortalLake(lake, 10_000)
    process_pending(counter, "parquet")
    return counter.changes, contents(lake)


def test_a_run_that_died_anywhere_is_completed_by_the_next(undisturbed, copied, tmp_path):
    changes, expected = undisturbed
    assert changes > 12
    for lives in range(changes):
        lake = copied(tmp_path / str(lives))
        with pytest.raises(Died):
            process_pending(MortalLake(lake, lives), "parquet")
        process_pending(lake, "parquet")
        assert contents(lake) == expected, f"died before change {lives + 1}"
        assert lake.list(PENDING) == []


def test_a_reader_never_sees_half_of_what_a_run_that_died_had_written(
    undisturbed, copied, tmp_path
):
    changes, _ = undisturbed
    for lives in range(changes):
        lake = copied(tmp_path / str(lives))
        mirror = tmp_path / f"{lives}.duckdb"
        with pytest.raises(Died):
            process_pending(MortalLake(lake, lives), "parquet")
        read_by_a_mirror(lake, mirror)
        for sql in MIXTURES:
            assert ask(mirror, sql) == [], f"died before change {lives + 1}"


def test_the_mirror_after_any_death_ends_the_same(undisturbed, copied, tmp_path):
    changes, _ = undisturbed
    whole = copied(tmp_path / "whole")
    process_pending(whole, "parquet")
    refresh(whole, tmp_path / "whole.duckdb")
    for lives in range(0, changes, 3):
        lake = copied(tmp_path / str(lives))
        mirror = tmp_path / f"{lives}.duckdb"
        with pytest.raises(Died):
            process_pending(MortalLake(lake, lives), "parquet")
        read_by_a_mirror(lake, mirror)
        process_pending(lake, "parquet")
        refresh(lake, mirror)
        assert tables(mirror) == tables(tmp_path / "whole.duckdb")
