import subprocess
import sys
import threading

import duckdb
import pytest

from etl.errors import MirrorError, PartitionUnsettled
from etl.lake.layout import Partition, manifest_key, table_keys
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    history,
    put_pending,
    query_rows,
    table_rows,
)

JANUARY = Partition("regional-xx-weekly", "2026-01")


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "here" / "mirror.duckdb"


def test_the_mirror_contains_everything_published(lake, mirror):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refreshed = refresh(lake, mirror)
    assert (refreshed.partitions, refreshed.snapshots) == (6, 24)
    assert query_rows(mirror, "select count(*) from songs") == [(120,)]
    assert query_rows(mirror, "select count(*), sum(entries) from snapshots") == [(24, 120)]


@IN_A_DIRECTORY
def test_entries_are_stored_by_chart_time_and_position(lake, mirror):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    stored = query_rows(
        mirror, "select chart_id, snapshot_at, position from entries order by rowid"
    )
    assert stored == sorted(stored)


@IN_A_DIRECTORY
def test_a_chart_that_is_merged_piece_by_piece_has_the_same_history(
    lake, mirror, tmp_path, monkeypatch
):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    monkeypatch.setattr("etl.mirror.refresh.BATCH_ROWS", 1)
    refresh(lake, tmp_path / "in pieces.duckdb")
    assert table_rows(mirror) == table_rows(tmp_path / "in pieces.duckdb")


@IN_A_DIRECTORY
def test_a_merge_for_which_the_memory_does_not_suffice_gets_more(lake, mirror, monkeypatch):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    monkeypatch.setattr("etl.database.MEMORY_LIMIT", "4MB")
    assert refresh(lake, mirror).snapshots == 24


@IN_A_DIRECTORY
def test_an_empty_lake_has_a_mirror_with_empty_tables(lake, mirror):
    assert refresh(lake, mirror).snapshots == 0
    assert query_rows(mirror, "select count(*) from movements") == [(0,)]


def test_a_refresh_copies_only_changed_partitions(lake, mirror):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    modified_at = mirror.stat().st_mtime_ns
    assert refresh(lake, mirror).partitions == 0
    assert mirror.stat().st_mtime_ns == modified_at
    put_pending(lake, {chart_name(2): chart_body(20)})
    process_pending(lake, "parquet")
    assert refresh(lake, mirror).partitions == 1


@IN_A_DIRECTORY
@pytest.mark.slow
def test_a_refreshed_mirror_equals_a_new_one(lake, mirror, tmp_path):
    for name, body in history(2).items():
        put_pending(lake, {name: body})
        process_pending(lake, "parquet")
        refresh(lake, mirror)
    put_pending(lake, {chart_name(0): chart_body(50)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    refresh(lake, tmp_path / "fresh.duckdb")
    assert table_rows(mirror) == table_rows(tmp_path / "fresh.duckdb")


@IN_A_DIRECTORY
def test_a_partition_deleted_from_the_lake_is_deleted_from_the_mirror(lake, mirror):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    lake.delete(manifest_key(JANUARY))
    refresh(lake, mirror)
    deleted = (
        "select count(*) from songs"
        " where chart_id = 'regional-xx-weekly' and month(snapshot_at) = 1"
    )
    assert query_rows(mirror, deleted) == [(0,)]


READER = """
import duckdb, sys
with duckdb.connect(sys.argv[1], read_only=True) as connection:
    print("open", flush=True)
    sys.stdin.readline()
    print(connection.execute("select count(*) from songs").fetchone()[0], flush=True)
"""


@IN_A_DIRECTORY
def test_an_open_reader_keeps_its_version_of_the_mirror(lake, mirror):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    with subprocess.Popen(
        [sys.executable, "-c", READER, mirror],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout and reader.stdout.readline() == "open\n"
        put_pending(lake, {chart_name(1): chart_body(1)})
        process_pending(lake, "parquet")
        refresh(lake, mirror)
        output, _ = reader.communicate("\n")
    assert output == "5\n"
    assert query_rows(mirror, "select count(*) from songs") == [(10,)]


WRITER = """
import duckdb, sys
connection = duckdb.connect(sys.argv[1])
connection.execute("create or replace table mine as select 1 as number")
print("open", flush=True)
sys.stdin.readline()
import os; os._exit(0)
"""


@IN_A_DIRECTORY
def test_a_mirror_open_for_writing_is_not_replaced(lake, mirror):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, mirror],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout and writer.stdout.readline() == "open\n"
        put_pending(lake, {chart_name(1): chart_body(1)})
        process_pending(lake, "parquet")
        with pytest.raises(MirrorError, match="open for writing"):
            refresh(lake, mirror)
        writer.communicate("\n")
    refresh(lake, mirror)
    assert query_rows(mirror, "select count(*) from songs") == [(10,)]
    assert query_rows(mirror, "select count(*) from duckdb_tables() where table_name = 'mine'") == [
        (0,)
    ]


@IN_A_DIRECTORY
def test_a_refresh_that_dies_leaves_the_old_mirror_intact(lake, mirror, monkeypatch):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    put_pending(lake, {chart_name(1): chart_body(1)})
    process_pending(lake, "parquet")

    def die(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("etl.mirror.refresh.create_staging", die)
        with pytest.raises(KeyboardInterrupt):
            refresh(lake, mirror)
    assert query_rows(mirror, "select count(*) from songs") == [(5,)]
    refresh(lake, mirror)
    assert query_rows(mirror, "select count(*) from songs") == [(10,)]


@IN_A_DIRECTORY
def test_a_file_that_is_not_a_mirror_is_not_changed(lake, tmp_path):
    letter = tmp_path / "letter.duckdb"
    letter.write_text("Dear friend")
    database = tmp_path / "database.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table mine as select 1 as number")
    for path in (letter, database):
        before = path.read_bytes()
        with pytest.raises(MirrorError, match="CHARTLAKE_MIRROR"):
            refresh(lake, path)
        assert path.read_bytes() == before


@IN_A_DIRECTORY
@pytest.mark.parametrize("damage", ["missing", "other content"])
def test_the_mirror_keeps_its_rows_of_an_unsettled_partition(lake, mirror, damage):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    put_pending(lake, {chart_name(1): chart_body(1), chart_name(1, "yy"): chart_body(1)})
    process_pending(lake, "parquet")
    key = table_keys(JANUARY, "parquet")["songs"]
    original = lake.read(key).body
    lake.write(key, b"other content") if damage == "other content" else lake.delete(key)
    with pytest.raises(PartitionUnsettled, match=r"regional-xx-weekly 2026-01.*chartlake rebuild"):
        refresh(lake, mirror)
    charts = "select chart_id, count(*) from songs group by all order by all"
    assert query_rows(mirror, charts) == [("regional-xx-weekly", 5), ("regional-yy-weekly", 5)]
    lake.write(key, original)
    refresh(lake, mirror)
    assert query_rows(mirror, charts) == [("regional-xx-weekly", 10), ("regional-yy-weekly", 5)]


@IN_A_DIRECTORY
def test_concurrent_refreshes_wait_for_each_other(lake, mirror):
    put_pending(lake, history(3))
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
    assert query_rows(mirror, "select count(*) from songs") == [(45,)]


@IN_A_DIRECTORY
def test_a_refresh_leaves_only_the_mirror_and_its_lock(lake, mirror):
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    assert {path.name for path in mirror.parent.iterdir()} - {".mirror.duckdb.lock"} == {
        "mirror.duckdb"
    }
