import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from etl.errors import DamagedObject, WriteConflict
from etl.lake import open_lake
from etl.lake.layout import PROCESSED, Partition
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.small_lakes import (
    ask,
    chart_body,
    chart_name,
    contents,
    drop,
    everything_right_of_raw,
    history,
    listing_body,
    listing_name,
)

JANUARY = Partition("regional-xx-weekly", "2026-01")


def test_the_manifest_lists_files_and_snapshots(lake):
    drop(lake, {chart_name(week): chart_body(week) for week in (1, 0)})
    process_pending(lake, "parquet")
    manifest = json.loads(lake.read(JANUARY.manifest_key).body)
    assert [one["snapshot_at"] for one in manifest["snapshots"]] == [
        "2026-01-01T00:00:00Z",
        "2026-01-08T00:00:00Z",
    ]
    assert manifest["snapshots"][0] | {"sha256": ""} == {
        "snapshot_at": "2026-01-01T00:00:00Z",
        "raw_name": chart_name(0),
        "sha256": "",
        "entries": 5,
        "expected_entries": 5,
        "is_complete": True,
    }
    for table, rows in {"songs": 10, "albums": 0, "artists": 0}.items():
        file = manifest["files"][table]
        assert file["key"] == JANUARY.table_key(table, "parquet")
        assert (file["size"], file["rows"]) == (len(lake.read(file["key"]).body), rows)


class OvertakenLake:
    """A lake in which another publisher is faster whenever a chosen key is written."""

    def __init__(self, lake, key, other):
        self.lake, self.key, self.other, self.overtaken = lake, key, other, 0

    def __getattr__(self, name):
        return getattr(self.lake, name)

    def write(self, key, *args, **kwargs):
        if key == self.key and not self.overtaken:
            self.overtaken += 1
            self.other()
        return self.lake.write(key, *args, **kwargs)


PLAYLIST = Partition(made_up.PLAYLIST, "2026-01")


@pytest.mark.parametrize(
    "key",
    [
        *(PLAYLIST.table_key(table, "parquet") for table in ("songs", "albums", "artists")),
        PLAYLIST.manifest_key,
    ],
)
@pytest.mark.parametrize("published_before", [{}, {listing_name(3): listing_body(3)}])
def test_the_loser_of_a_race_reads_again_and_nothing_is_lost(lake, key, published_before):
    drop(lake, published_before)
    process_pending(lake, "parquet")
    drop(lake, {listing_name(0): listing_body(0)})

    def other():
        drop(lake, {listing_name(1): listing_body(1)})
        process_pending(lake, "parquet")

    overtaken = OvertakenLake(lake, key, other)
    process_pending(overtaken, "parquet")
    assert overtaken.overtaken == 1
    raced = everything_right_of_raw(lake)
    for one in lake.list(""):
        lake.delete(one.key)
    drop(lake, published_before | {listing_name(week): listing_body(week) for week in (0, 1)})
    process_pending(lake, "parquet")
    assert raced == everything_right_of_raw(lake)


def test_four_publishers_at_once_lose_nothing(lake, tmp_path):
    files = history(6)
    names = list(files)

    def publish(index):
        mine = open_lake(lake.location)
        drop(mine, {name: files[name] for name in names[index::4]})
        process_pending(mine, "parquet")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(4)))
    process_pending(lake, "parquet")
    assert {one.key for one in lake.list(PROCESSED)} == {PROCESSED + name for name in names}
    refresh(lake, tmp_path / "mirror.duckdb")
    assert ask(tmp_path / "mirror.duckdb", "select count(*) from songs") == [(18 * 5,)]


def test_a_publisher_that_is_always_overtaken_gives_up_and_says_so(lake):
    drop(lake, {chart_name(0): chart_body(0)})

    class Contested(OvertakenLake):
        def write(self, key, *args, **kwargs):
            if key == self.key:
                raise WriteConflict("somebody else was first")
            return self.lake.write(key, *args, **kwargs)

    with pytest.raises(WriteConflict):
        process_pending(Contested(lake, JANUARY.manifest_key, None), "parquet")
    assert process_pending(lake, "parquet").published == 1


def damaged(lake, damage):
    key = JANUARY.table_key("songs", "parquet")
    if damage == "missing":
        lake.delete(key)
    else:
        lake.write(key, b"garbage")


DAMAGES = pytest.mark.parametrize("damage", ["missing", "garbage"])


@DAMAGES
def test_a_damaged_partition_is_restored_by_the_next_publish(lake, damage):
    for week in (0, 1):
        if week:
            damaged(lake, damage)
        drop(lake, {chart_name(week): chart_body(week)})
        assert process_pending(lake, "parquet").published == 1
    restored = everything_right_of_raw(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    drop(lake, {chart_name(week): chart_body(week) for week in (0, 1)})
    process_pending(lake, "parquet")
    assert restored == everything_right_of_raw(lake)


@DAMAGES
def test_one_that_cannot_be_restored_stops_its_publishing_and_names_the_way_out(lake, damage):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    lake.delete(PROCESSED + chart_name(0))
    damaged(lake, damage)
    before = contents(lake)
    drop(lake, {chart_name(1): chart_body(1)})
    with pytest.raises(DamagedObject, match="chartlake rebuild"):
        process_pending(lake, "parquet")
    assert before.items() <= contents(lake).items()


def test_a_damaged_manifest_names_the_way_out(lake):
    drop(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    lake.write(JANUARY.manifest_key, b"{}")
    drop(lake, {chart_name(1): chart_body(1)})
    with pytest.raises(DamagedObject, match="chartlake rebuild"):
        process_pending(lake, "parquet")
