import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest

from etl.errors import RunFailed, WriteConflict
from etl.lake import open_lake
from etl.lake.layout import PROCESSED, Partition, manifest_key, table_keys
from etl.mirror.refresh import refresh
from etl.pipeline import publish
from etl.pipeline.merge import merge
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support import made_up
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    chart_body,
    chart_name,
    derived_objects,
    history,
    lake_contents,
    playlist_body,
    playlist_name,
    put_pending,
    query_rows,
)

JANUARY = Partition("regional-xx-weekly", "2026-01")


def test_a_manifest_lists_files_and_snapshots(lake):
    put_pending(lake, {chart_name(week): chart_body(week) for week in (1, 0)})
    process_pending(lake, "parquet")
    manifest = json.loads(lake.read(manifest_key(JANUARY)).body)
    assert [snapshot["snapshot_at"] for snapshot in manifest["snapshots"]] == [
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
        assert file["key"] == table_keys(JANUARY, "parquet")[table]
        assert (file["size"], file["rows"]) == (len(lake.read(file["key"]).body), rows)


@IN_A_DIRECTORY
@pytest.mark.parametrize(("most", "sizes"), [(9, {1}), (15, {1, 3}), (1_000, {4})])
def test_partitions_with_many_rows_are_merged_a_few_at_a_time(lake, monkeypatch, most, sizes):
    def files(week):
        return {chart_name(week, f"{region}{region}"): chart_body(week) for region in "abcd"}

    put_pending(lake, files(0))
    process_pending(lake, "parquet")
    put_pending(lake, files(1))
    merged = []

    def counted_merge(merges, *others):
        merged.append(len(merges))
        return merge(merges, *others)

    monkeypatch.setattr(publish, "ROWS_AT_ONCE", most)
    monkeypatch.setattr(publish, "merge", counted_merge)
    assert process_pending(lake, "parquet").published == 4
    assert sum(merged) == 4 and set(merged) <= sizes
    derived = derived_objects(lake)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == derived


class OvertakenLake:
    """A lake in which another publisher runs just before the first write of a key."""

    def __init__(self, lake, key, other_publisher):
        self.lake, self.key, self.other_publisher = lake, key, other_publisher
        self.is_overtaken = False

    def __getattr__(self, name):
        return getattr(self.lake, name)

    def write(self, key, *args, **kwargs):
        if key == self.key and not self.is_overtaken:
            self.is_overtaken = True
            self.other_publisher()
        return self.lake.write(key, *args, **kwargs)


PLAYLIST = Partition(made_up.PLAYLIST, "2026-01")


@pytest.fixture(scope="module")
def published_at_once(tmp_path_factory):
    """Returns what is derived from playlists of these weeks where nobody else publishes."""

    @cache
    def run(weeks):
        lake = open_lake(str(tmp_path_factory.mktemp("at once")))
        put_pending(lake, {playlist_name(week): playlist_body(week) for week in weeks})
        process_pending(lake, "parquet")
        return derived_objects(lake)

    return run


@pytest.mark.parametrize(
    "key",
    [
        *(table_keys(PLAYLIST, "parquet")[table] for table in ("songs", "albums", "artists")),
        manifest_key(PLAYLIST),
    ],
)
@pytest.mark.parametrize("published_before", [{}, {playlist_name(3): playlist_body(3)}])
def test_a_publisher_that_loses_a_race_tries_again(lake, key, published_before, published_at_once):
    put_pending(lake, published_before)
    process_pending(lake, "parquet")
    put_pending(lake, {playlist_name(0): playlist_body(0)})

    def publish_another():
        put_pending(lake, {playlist_name(1): playlist_body(1)})
        process_pending(lake, "parquet")

    overtaken = OvertakenLake(lake, key, publish_another)
    process_pending(overtaken, "parquet")
    assert overtaken.is_overtaken
    assert derived_objects(lake) == published_at_once((0, 1, *([3] if published_before else [])))


@pytest.mark.slow
def test_concurrent_publishers_lose_nothing(lake, tmp_path):
    files = history(6)
    names = list(files)

    def publish(index):
        own_lake = open_lake(lake.location)
        put_pending(own_lake, {name: files[name] for name in names[index::4]})
        process_pending(own_lake, "parquet")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, range(4)))
    process_pending(lake, "parquet")
    assert {stored.key for stored in lake.list(PROCESSED)} == {PROCESSED + name for name in names}
    refresh(lake, tmp_path / "mirror.duckdb")
    assert query_rows(tmp_path / "mirror.duckdb", "select count(*) from songs") == [(18 * 5,)]


@IN_A_DIRECTORY
def test_a_publisher_that_is_always_overtaken_gives_up(lake):
    put_pending(lake, {chart_name(0): chart_body(0)})

    class ContestedLake(OvertakenLake):
        def write(self, key, *args, **kwargs):
            if key == self.key:
                raise WriteConflict("another publisher was first")
            return self.lake.write(key, *args, **kwargs)

    with pytest.raises(WriteConflict):
        process_pending(ContestedLake(lake, manifest_key(JANUARY), None), "parquet")
    assert process_pending(lake, "parquet").published == 1


def damage_songs(lake, damage):
    key = table_keys(JANUARY, "parquet")["songs"]
    if damage == "missing":
        lake.delete(key)
    elif damage == "garbage":
        lake.write(key, b"garbage")
    else:
        put_pending(lake, {chart_name(0, "yy"): chart_body(0)})
        process_pending(lake, "parquet")
        other = table_keys(Partition("regional-yy-weekly", "2026-01"), "parquet")["songs"]
        lake.write(key, lake.read(other).body)


DAMAGES = pytest.mark.parametrize("damage", ["missing", "garbage", "other rows"])


@IN_A_DIRECTORY
@DAMAGES
def test_a_damaged_partition_is_restored_by_the_next_publish(lake, damage):
    for week in (0, 1):
        if week:
            damage_songs(lake, damage)
        put_pending(lake, {chart_name(week): chart_body(week)})
        assert process_pending(lake, "parquet").published == 1
    restored = derived_objects(lake)
    for stored in lake.list(""):
        lake.delete(stored.key)
    put_pending(lake, {chart_name(week): chart_body(week) for week in (0, 1)})
    process_pending(lake, "parquet")
    assert derived_objects(lake).items() <= restored.items()


@IN_A_DIRECTORY
@DAMAGES
def test_a_partition_that_cannot_be_restored_is_not_changed(lake, damage):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    lake.delete(PROCESSED + chart_name(0))
    damage_songs(lake, damage)
    before = lake_contents(lake)
    put_pending(lake, {chart_name(1): chart_body(1)})
    with pytest.raises(RunFailed, match="chartlake rebuild"):
        process_pending(lake, "parquet").raise_for_pending()
    assert before.items() <= lake_contents(lake).items()


@IN_A_DIRECTORY
def test_the_error_about_a_damaged_manifest_says_what_to_do(lake):
    put_pending(lake, {chart_name(0): chart_body(0)})
    process_pending(lake, "parquet")
    lake.write(manifest_key(JANUARY), b"{}")
    put_pending(lake, {chart_name(1): chart_body(1)})
    with pytest.raises(RunFailed, match="chartlake rebuild"):
        process_pending(lake, "parquet").raise_for_pending()
