"""The contract of both stores, a directory and S3, and their errors."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from etl.errors import AccessDenied, LakeError, ObjectMissing, ServiceUnavailable, WriteConflict
from etl.lake import open_lake
from etl.lake.s3 import S3Lake

UNUSUAL_KEYS = [
    "raw/Größe & 100% #1 (2).json",
    "raw/spotify_raw_2023-03-27 18:24:36.954996.json",
    "raw/달빛/a+b=c.json",
    "raw/plus+space and%20percent.csv",
]


def keys(lake, *prefixes):
    found = [stored.key for stored in lake.list(*prefixes or [""])]
    return [key for key in found if not key.startswith("state/")]


def test_an_object_is_read_as_it_was_written(lake):
    version = lake.write("a/b.bin", bytes(range(256)) * 40)
    blob = lake.read("a/b.bin")
    assert (blob.body, blob.version) == (bytes(range(256)) * 40, version)
    assert abs(datetime.now(UTC) - blob.landed_at) < timedelta(minutes=1)


def test_an_object_may_be_empty(lake):
    lake.write("a/empty.json", b"")
    assert lake.read("a/empty.json").body == b""
    assert keys(lake) == ["a/empty.json"]


@pytest.mark.parametrize("key", UNUSUAL_KEYS)
def test_unusual_keys_are_preserved(lake, key):
    lake.write(key, b"1")
    assert keys(lake, "raw/") == [key]
    lake.move(key, key.replace("raw/", "done/"))
    assert (keys(lake, "raw/"), keys(lake, "done/")) == ([], [key.replace("raw/", "done/")])


def test_a_listing_has_sizes_versions_and_times(lake):
    version = lake.write("a/one.json", b"12345")
    (stored,) = lake.list("a/")
    assert (stored.key, stored.size, stored.version) == ("a/one.json", 5, version)
    assert abs(datetime.now(UTC) - stored.modified_at) < timedelta(minutes=1)
    assert lake.find("a/one.json") == stored


def test_a_folder_is_no_object(lake):
    lake.write("a/b/one.json", b"1")
    assert lake.find("a/b") is None
    assert keys(lake, "a/b") == ["a/b/one.json"]


@pytest.mark.parametrize("between", [0, 120], ids=["near each other", "far from each other"])
def test_objects_are_listed_by_several_prefixes_at_once(lake, between):
    for key in ("a/1", "b/2", "b/3/4", "c/5", "d/6"):
        lake.write(key, b"x")
    for number in range(between):
        lake.write(f"bb/{number}", b"x")
    assert keys(lake, "c/", "b/", "e/") == ["b/2", "b/3/4", "c/5"]
    assert keys(lake, "b/", "b/3") == ["b/2", "b/3/4"]
    assert keys(lake, "d/", "e/") == ["d/6"]


def test_a_listing_is_sorted_by_key_and_filtered_by_prefix(lake):
    for key in ("a/b/1", "a/b-2", "a/b.3", "ab/4", "b/5"):
        lake.write(key, b"x")
    assert keys(lake) == ["a/b-2", "a/b.3", "a/b/1", "ab/4", "b/5"]
    assert keys(lake, "a/b") == ["a/b-2", "a/b.3", "a/b/1"]
    assert keys(lake, "a/b/") == ["a/b/1"]
    assert keys(lake, "c/") == []


def test_hidden_files_are_not_listed(lake):
    lake.write("a/one.json", b"x")
    lake.write("a/.DS_Store", b"x")
    assert keys(lake, "a/") == ["a/one.json"]


def test_an_empty_lake_has_no_objects(lake):
    assert lake.find("a/b") is None
    assert lake.list("") == []
    with pytest.raises(ObjectMissing, match="There is no a/b in the lake"):
        lake.read("a/b")
    with pytest.raises(ObjectMissing):
        lake.move("a/b", "c/d")
    lake.delete("a/b")


def test_a_write_replaces_the_object_and_its_version(lake):
    first = lake.write("a", b"1")
    second = lake.write("a", b"2")
    assert first != second
    assert lake.read("a").body == b"2"


def test_a_write_that_expects_no_object_fails_if_there_is_one(lake):
    lake.write("a", b"1", expected=None)
    with pytest.raises(WriteConflict, match="Another program changed"):
        lake.write("a", b"2", expected=None)
    assert lake.read("a").body == b"1"


def test_a_write_that_expects_another_version_fails(lake):
    first = lake.write("a", b"1")
    second = lake.write("a", b"2", expected=first)
    for version in (first, '"0123456789abcdef0123456789abcdef"'):
        with pytest.raises(WriteConflict):
            lake.write("a", b"3", expected=version)
    with pytest.raises(WriteConflict):
        lake.write("never written", b"3", expected=first)
    assert lake.read("a").version == second


def test_one_of_many_concurrent_writers_wins(lake):
    version = lake.write("a", b"start")

    def attempt(number):
        try:
            lake.write("a", f"writer {number}".encode(), expected=version)
        except WriteConflict:
            return None
        return number

    with ThreadPoolExecutor(8) as pool:
        winners = [number for number in pool.map(attempt, range(8)) if number is not None]
    assert [f"writer {number}".encode() for number in winners] == [lake.read("a").body]


def test_threads_queue_for_a_directory_without_pauses(tmp_path, monkeypatch):
    lake = open_lake(str(tmp_path / "lake"))
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: lake.write(f"a/{number}", bytes(10**6)), range(64)))
    assert pauses == []


def test_a_move_keeps_the_landing_time_and_replaces_the_target(lake):
    lake.write("a", b"new")
    landed_at = lake.read("a").landed_at
    lake.write("b", b"old")
    lake.move("a", "b")
    assert (lake.find("a"), lake.read("b").body) == (None, b"new")
    assert lake.read("b").landed_at == landed_at


def test_a_delete_deletes_one_object(lake):
    lake.write("a/1", b"x")
    lake.write("a/11", b"x")
    lake.delete("a/1")
    assert keys(lake) == ["a/11"]


@pytest.mark.parametrize("key", ["", "../a", "a/../../b", "/a", "a//b", "a/./b"])
def test_no_key_leads_outside_the_lake(lake, key):
    for attempt in (
        lambda: lake.read(key),
        lambda: lake.write(key, b"x"),
        lambda: lake.delete(key),
        lambda: lake.move(key, "b"),
    ):
        with pytest.raises(LakeError, match="not a valid key"):
            attempt()


def test_a_listing_reads_all_pages(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    lake = S3Lake(f"s3://{seaweed.new_bucket()}/deep/er", {}, page_size=3)
    for number in range(10):
        lake.write(f"a/{number}", b"x")
    assert keys(lake, "a/") == [f"a/{number}" for number in range(10)]


def test_lakes_in_one_bucket_do_not_see_each_other(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    bucket = seaweed.new_bucket()
    lakes = [open_lake(f"s3://{bucket}{prefix}") for prefix in ("/one", "/one-more/", "")]
    lakes[0].write("raw/1", b"x")
    assert [keys(lake, "raw/") for lake in lakes] == [["raw/1"], [], []]


def test_the_empty_objects_that_the_s3_console_creates_for_folders_are_not_listed(
    seaweed, monkeypatch
):
    use_server(monkeypatch, seaweed)
    bucket = seaweed.new_bucket()
    with seaweed.client() as client:
        client.put_object(Bucket=bucket, Key="raw_data/", Body=b"")
        client.put_object(Bucket=bucket, Key="raw_data/to_be_processed/", Body=b"")
    assert open_lake(f"s3://{bucket}").list("raw_data/") == []


def test_repeating_a_write_whose_response_was_lost_is_no_conflict(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    lake = open_lake(f"s3://{seaweed.new_bucket()}")
    version = lake.write("a", b"ours", expected=None)
    assert lake.write("a", b"ours", expected=None) == version


def test_the_error_names_a_missing_bucket(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    with pytest.raises(AccessDenied, match=r"S3 refused to list .*s3://no-such-bucket.*Check that"):
        open_lake("s3://no-such-bucket").list("raw_data/")


def test_the_error_about_wrong_credentials_does_not_show_them(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    with pytest.raises(AccessDenied, match="credentials") as caught:
        open_lake(f"s3://{seaweed.new_bucket()}").list("")
    assert "a-wrong-secret" not in str(caught.value)


def test_s3_needs_credentials(seaweed, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", seaweed.endpoint)
    with pytest.raises(AccessDenied, match="Set AWS credentials"):
        open_lake("s3://bucket").list("")


def test_a_failed_connection_is_a_transient_error(seaweed, monkeypatch, impatient_aws):
    use_server(monkeypatch, seaweed)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        open_lake("s3://bucket").list("")


def test_an_invalid_bucket_name_is_an_error(seaweed, monkeypatch):
    use_server(monkeypatch, seaweed)
    with pytest.raises(AccessDenied, match="Invalid bucket name"):
        open_lake("s3://No Such_Bucket!").list("")


def use_server(monkeypatch, seaweed):
    """Point AWS clients to the S3 server."""
    for name, value in seaweed.environ.items():
        monkeypatch.setenv(name, value)
