"""Conditional changes on both stores, and stores that do not keep the conditions."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor, wait
from threading import current_thread
from types import SimpleNamespace

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from filelock import FileLock

from etl.errors import LakeError, WriteConflict
from etl.lake import for_each, open_lake
from etl.lake.s3 import S3Lake


def keys(lake):
    return [stored.key for stored in lake.list("") if not stored.key.startswith("state/")]


@pytest.fixture
def on_server(seaweed, monkeypatch):
    """The S3 server, where AWS's own client finds it."""
    for name, value in seaweed.environ.items():
        monkeypatch.setenv(name, value)
    return seaweed


def test_an_object_that_has_changed_is_neither_moved_nor_deleted(lake):
    version = lake.write("a", b"old")
    lake.write("a", b"new")
    with pytest.raises(WriteConflict):
        lake.move("a", "b", expected=version)
    with pytest.raises(WriteConflict):
        lake.delete("a", expected=version)
    assert (keys(lake), lake.read("a").body) == (["a"], b"new")


def test_an_object_that_has_not_changed_is_moved_and_deleted(lake):
    version = lake.write("a", b"x")
    lake.move("a", "b", expected=version)
    lake.delete("b", expected=lake.read("b").version)
    lake.delete("b", expected=version)  # it is gone
    assert keys(lake) == []


def test_moves_and_deletes_wait_for_the_writer(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    lake.write("a", b"x")
    lake.write("b", b"x")
    with ThreadPoolExecutor(2) as pool, FileLock(tmp_path / "lake/.lock"):
        changes = [pool.submit(lake.move, "a", "c"), pool.submit(lake.delete, "b")]
        assert wait(changes, timeout=0.2).done == set()
        assert keys(lake) == ["a", "b"]
    assert keys(lake) == ["c"]


def test_a_directory_is_written_where_its_file_system_has_no_locks(tmp_path, monkeypatch):
    def missing(descriptor, operation):
        raise OSError(errno.ENOSYS, "not implemented")

    lake = open_lake(str(tmp_path / "lake"))
    monkeypatch.setattr("fcntl.flock", missing)
    lake.write("a", b"x")
    lake.move("a", "b")
    assert keys(lake) == ["b"]


def test_a_write_that_fails_leaves_no_draft(tmp_path):
    lake = open_lake(str(tmp_path / "lake"))
    lake.write("a/b", b"x")
    with pytest.raises(WriteConflict):
        lake.write("a/b", b"y", expected=None)
    assert [path.name for path in (tmp_path / "lake/a").iterdir()] == ["b"]


def test_a_directory_is_read_and_written_by_the_thread_that_asks(tmp_path):
    threads = for_each(open_lake(str(tmp_path)), lambda _: current_thread(), range(3))
    assert set(threads) == {current_thread()}


IGNORED_CONDITIONS = {
    "creates an object although there is one": "If-None-Match",
    "replaces an object although it has changed": "If-Match",
}


@pytest.mark.parametrize("reason", IGNORED_CONDITIONS)
def test_a_store_that_ignores_a_condition_is_refused(on_server, reason):
    lake = S3Lake(on_server.new_location(), {})

    def ignore(request, **_):
        del request.headers[IGNORED_CONDITIONS[reason]]

    lake._client.meta.events.register("before-sign.s3", ignore)
    for attempt in (lake.check_conditions, lambda: lake.write("a", b"x")):
        with pytest.raises(LakeError, match=f"{reason}.*docs/lake.md"):
            attempt()
    assert lake.list("") == []


def test_a_store_without_conditions_is_refused(on_server):
    lake = S3Lake(on_server.new_location(), {})

    body = b"<Error><Code>NotImplemented</Code><Message>Unknown header.</Message></Error>"
    raw = SimpleNamespace(stream=lambda **_: iter([body]), read=lambda: body)

    def refuse(request, **_):
        has_condition = "If-None-Match" in request.headers
        return AWSResponse(request.url, 501, HTTPHeaders(), raw) if has_condition else None

    lake._client.meta.events.register("before-send.s3", refuse)
    with pytest.raises(LakeError, match="cannot do what a write needs"):
        lake.write("a", b"x")


def test_a_move_that_is_told_when_the_object_landed_keeps_time_and_condition(lake):
    first = lake.write("a", b"first")
    landed_at = lake.read("a").landed_at
    lake.write("a", b"second")
    with pytest.raises(WriteConflict):
        lake.move("a", "b", expected=first, landed_at=landed_at)
    blob = lake.read("a")
    lake.move("a", "b", expected=blob.version, landed_at=blob.landed_at)
    assert (lake.read("b").body, lake.read("b").landed_at) == (b"second", blob.landed_at)
    assert lake.find("a") is None


def test_conditions_are_tried_once_for_each_lake(on_server):
    location = on_server.new_location()
    writes = []
    for _ in range(2):
        lake = S3Lake(location, {})
        lake._client.meta.events.register(
            "before-call.s3.PutObject", lambda model, **_: writes.append(model.name)
        )
        lake.write("a", b"x")
        lake.write("b", b"x")
    # Two for each lake, four for the probe, and one for its result.
    assert len(writes) == 2 * 2 + 4 + 1
