"""One contract for both lakes, and what each of them says when it cannot keep it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from etl.errors import AccessDenied, LakeError, ObjectMissing, ServiceUnavailable, WriteConflict
from etl.lake import open_lake
from etl.lake.s3 import S3Lake

ODD_KEYS = [
    "raw/Größe & 100% #1 (2).json",
    "raw/spotify_raw_2023-03-27 18:24:36.954996.json",
    "raw/달빛/a+b=c.json",
    "raw/plus+space and%20percent.csv",
]


def keys(lake, prefix=""):
    return [one.key for one in lake.list(prefix)]


def test_what_is_written_is_read_back_whole(lake):
    version = lake.write("a/b.bin", bytes(range(256)) * 40)
    blob = lake.read("a/b.bin")
    assert (blob.body, blob.version) == (bytes(range(256)) * 40, version)
    assert abs(datetime.now(UTC) - blob.landed_at) < timedelta(minutes=1)


def test_an_empty_object_is_an_object(lake):
    lake.write("a/empty.json", b"")
    assert lake.read("a/empty.json").body == b""
    assert keys(lake) == ["a/empty.json"]


@pytest.mark.parametrize("key", ODD_KEYS)
def test_odd_names_are_kept(lake, key):
    lake.write(key, b"1")
    assert keys(lake, "raw/") == [key]
    lake.move(key, key.replace("raw/", "done/"))
    assert (keys(lake, "raw/"), keys(lake, "done/")) == ([], [key.replace("raw/", "done/")])


def test_a_listing_shows_sizes_versions_and_times(lake):
    version = lake.write("a/one.json", b"12345")
    (shown,) = lake.list("a/")
    assert (shown.key, shown.size, shown.version) == ("a/one.json", 5, version)
    assert abs(datetime.now(UTC) - shown.modified_at) < timedelta(minutes=1)
    assert lake.find("a/one.json") == shown


def test_a_listing_is_in_the_order_of_keys_and_by_prefix_not_by_folder(lake):
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


def test_there_is_nothing_where_nothing_was_written(lake):
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


def test_a_write_that_expects_nothing_is_refused_where_there_is_something(lake):
    lake.write("a", b"1", expected=None)
    with pytest.raises(WriteConflict, match="Another program changed"):
        lake.write("a", b"2", expected=None)
    assert lake.read("a").body == b"1"


def test_a_write_that_expects_a_version_is_refused_once_it_is_another(lake):
    first = lake.write("a", b"1")
    second = lake.write("a", b"2", expected=first)
    for version in (first, '"0123456789abcdef0123456789abcdef"'):
        with pytest.raises(WriteConflict):
            lake.write("a", b"3", expected=version)
    with pytest.raises(WriteConflict):
        lake.write("never written", b"3", expected=first)
    assert lake.read("a").version == second


def test_of_many_writers_at_once_one_wins(lake):
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


def test_a_move_takes_the_time_of_landing_along_and_replaces_what_is_there(lake):
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
def test_no_key_leads_out_of_the_lake(lake, key):
    for attempt in (
        lambda: lake.read(key),
        lambda: lake.write(key, b"x"),
        lambda: lake.delete(key),
        lambda: lake.move(key, "b"),
    ):
        with pytest.raises(LakeError, match="not a valid key"):
            attempt()


def test_a_listing_goes_over_all_pages(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    lake = S3Lake(f"s3://{seaweed.new_bucket()}/deep/er", {}, page_size=3)
    for number in range(10):
        lake.write(f"a/{number}", b"x")
    assert keys(lake, "a/") == [f"a/{number}" for number in range(10)]


def test_lakes_in_one_bucket_do_not_see_each_other(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    bucket = seaweed.new_bucket()
    lakes = [open_lake(f"s3://{bucket}{prefix}") for prefix in ("/one", "/one-more/", "")]
    lakes[0].write("raw/1", b"x")
    assert [keys(lake, "raw/") for lake in lakes] == [["raw/1"], [], []]


def test_the_empty_objects_that_consoles_make_for_folders_are_not_listed(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    bucket = seaweed.new_bucket()
    with seaweed.client() as client:
        client.put_object(Bucket=bucket, Key="raw_data/", Body=b"")
        client.put_object(Bucket=bucket, Key="raw_data/to_be_processed/", Body=b"")
    assert open_lake(f"s3://{bucket}").list("raw_data/") == []


def test_a_write_whose_answer_was_lost_is_no_conflict(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    lake = open_lake(f"s3://{seaweed.new_bucket()}")
    version = lake.write("a", b"ours", expected=None)
    assert lake.write("a", b"ours", expected=None) == version


def test_a_missing_bucket_is_named(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    with pytest.raises(AccessDenied, match=r"S3 refused to list .*s3://no-such-bucket.*Check that"):
        open_lake("s3://no-such-bucket").list("raw_data/")


def test_wrong_credentials_are_refused_without_showing_them(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-wrong-secret")
    with pytest.raises(AccessDenied, match="credentials") as caught:
        open_lake(f"s3://{seaweed.new_bucket()}").list("")
    assert "a-wrong-secret" not in str(caught.value)


def test_missing_credentials_are_asked_for(seaweed, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", seaweed.endpoint)
    with pytest.raises(AccessDenied, match="Set AWS credentials"):
        open_lake("s3://bucket").list("")


def test_a_server_that_does_not_answer_may_answer_later(seaweed, monkeypatch, impatient_aws):
    use(monkeypatch, seaweed)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    with pytest.raises(ServiceUnavailable, match="does not answer"):
        open_lake("s3://bucket").list("")


def test_a_bucket_name_that_cannot_be_one_is_refused(seaweed, monkeypatch):
    use(monkeypatch, seaweed)
    with pytest.raises(AccessDenied, match="Invalid bucket name"):
        open_lake("s3://No Such_Bucket!").list("")


def test_a_file_is_no_lake(tmp_path):
    (tmp_path / "file").write_text("something else")
    with pytest.raises(LakeError, match="Check the setting CHARTLAKE_LAKE"):
        open_lake(str(tmp_path / "file")).write("raw_data/a", b"x")
    assert (tmp_path / "file").read_text() == "something else"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_is_refused(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(LakeError, match="Permission denied"):
        open_lake(str(tmp_path / "lake")).write("a", b"x")


def test_a_directory_lake_does_not_load_the_aws_client():
    script = "import sys, etl.lake; etl.lake.open_lake('x'); sys.exit('boto3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def use(monkeypatch, seaweed):
    for name, value in seaweed.environ.items():
        monkeypatch.setenv(name, value)
