import subprocess
import sys
import threading

import duckdb
import pytest

from etl.errors import MirrorError, PartitionUnsettled
from etl.lake.layout import Partition
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.small_lakes import ask, chart_body, chart_name, drop, history, tables

JANUARY = Partition("regional-xx-weekly", "2026-01")


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "here" / "mirror.duckdb"


def test_the_mirror_holds_what_is_published(lake, mirror):
    drop(lake, history())
    process_pending(lake, "parquet")
    refreshed = refresh(lake, mirror)
    assert (refreshed.partitions, refreshed.snapshots) == (6, 24)
    assert ask(mirror, "select count(*) from songs") == [(120,)]
    assert ask(mirror, "select count(*), sum(entries) from snapshots") == [(24, 120)]


def test_an_empty_lake_has_a_mirror_with_empty_tables(lake, mirror):
    assert refresh(lake, mirror).snapshots == 0
    assert ask(mirror, "select count(*) from movements") == [(0,)]


def test_a_refresh_takes_in_just_the_changed_partitions(lake, mirror):
    drop(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    stamp = mirror.stat().st_mtime_ns
    assert refresh(lake, mirror).partitions == 0
    assert mirror.stat().st_mtime_ns == stamp
    drop(lake, {chart_name(2): chart_body(20)})
    process_pending(lake, "parquet")
    assert refresh(lake, mirror).partitions == 1


def test_a_mirror_grown_by_refreshes_equals_one_made_at_once(lake, mirror, tmp_path):
    for name, body in history(3).items():
        drop(lake, {name: body})
        process_pending(lake, "parquet")
        refresh(lake, mirror)
    drop(lake, {chart_name(0): chart_body(50)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    refresh(lake, tmp_path / "fresh.duckdb")
    assert tables(mirror) == tables(tmp_path / "fresh.duckdb")


def test_a_partition_that_is_gone_from_the_lake_leaves_the_mirror(lake, mirror):
    drop(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    lake.delete(JANUARY.manifest_key)
    refresh(lake, mirror)
    gone = (
        "select count(*) from songs"
        " where chart_id = 'regional-xx-weekly' and month(snapshot_at) = 1"
    )
    assert ask(mirror, gone) == [(0,)]


READER = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print("open", flush=True)
    sys.stdin.readline()
    print(connection.execute("select count(*) from songs").fetchone()[0], flush=True)
"""


def test_a_reader_goes_on_reading_what_it_opened(lake, mirror):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    with subprocess.Popen(
        [sys.executable, "-c", READER, mirror],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout and reader.stdout.readline() == "open\n"
        drop(lake, {chart_name(1): chart_body(1)})
        process_pending(lake, "parquet")
        refresh(lake, mirror)
        out, _ = reader.communicate("\n")
    assert out == "5\n"
    assert ask(mirror, "select count(*) from songs") == [(10,)]


WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create or replace table mine as select 1 as one")
print("open", flush=True)
sys.stdin.readline()
import os; os._exit(0)
"""


def test_a_writer_in_another_program_is_not_overwritten(lake, mirror):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, mirror],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout and writer.stdout.readline() == "open\n"
        drop(lake, {chart_name(1): chart_body(1)})
        process_pending(lake, "parquet")
        with pytest.raises(MirrorError, match="open for writing"):
            refresh(lake, mirror)
        writer.communicate("\n")
    refresh(lake, mirror)
    assert ask(mirror, "select count(*) from songs") == [(10,)]
    assert ask(mirror, "select count(*) from duckdb_tables() where table_name = 'mine'") == [(0,)]


def test_a_refresh_that_dies_leaves_the_old_mirror_whole(lake, mirror, monkeypatch):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    drop(lake, {chart_name(1): chart_body(1)})
    process_pending(lake, "parquet")

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("etl.mirror.refresh.create_views", die)
        with pytest.raises(KeyboardInterrupt):
            refresh(lake, mirror)
    assert ask(mirror, "select count(*) from songs") == [(5,)]
    refresh(lake, mirror)
    assert ask(mirror, "select count(*) from songs") == [(10,)]


def test_what_is_no_mirror_is_left_as_it_is(lake, tmp_path):
    letter = tmp_path / "letter.duckdb"
    letter.write_text("dear friend")
    other = tmp_path / "other.duckdb"
    with duckdb.connect(str(other)) as connection:
        connection.execute("create table mine as select 1 as one")
    for path in (letter, other):
        before = path.read_bytes()
        with pytest.raises(MirrorError, match="CHARTLAKE_MIRROR"):
            refresh(lake, path)
        assert path.read_bytes() == before


@pytest.mark.parametrize("damage", ["missing", "another"])
def test_the_mirror_keeps_what_it_had_of_a_partition_whose_files_are_not_its_own(
    lake, mirror, damage
):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    drop(lake, {chart_name(1): chart_body(1), chart_name(1, "yy"): chart_body(1)})
    process_pending(lake, "parquet")
    key = JANUARY.table_key("songs", "parquet")
    whole = lake.read(key).body
    lake.write(key, b"of another moment") if damage == "another" else lake.delete(key)
    with pytest.raises(PartitionUnsettled, match=r"regional-xx-weekly 2026-01.*chartlake rebuild"):
        refresh(lake, mirror)
    charts = "select chart_id, count(*) from songs group by all order by all"
    assert ask(mirror, charts) == [("regional-xx-weekly", 5), ("regional-yy-weekly", 5)]
    lake.write(key, whole)
    refresh(lake, mirror)
    assert ask(mirror, charts) == [("regional-xx-weekly", 10), ("regional-yy-weekly", 5)]


def test_two_refreshes_at_once_wait_for_each_other(lake, mirror):
    drop(lake, history(3))
    process_pending(lake, "parquet")
    failures = []

    def run():
        try:
            refresh(lake, mirror)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert ask(mirror, "select count(*) from songs") == [(45,)]


def test_no_file_is_left_beside_the_mirror_but_its_lock(lake, mirror):
    drop(lake, history(2))
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    assert {one.name for one in mirror.parent.iterdir()} - {".mirror.duckdb.lock"} == {
        "mirror.duckdb"
    }
