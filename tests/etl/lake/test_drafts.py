"""Drafts of writes to a directory: those of a process that died are deleted, and no others."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.files import draft_in
from etl.lake import open_lake
from etl.lake.layout import PENDING
from etl.pipeline.purge import plan_purge, purge
from etl.pipeline.verify import verify
from etl.settings import load_settings

KILLED = """
import os, signal, sys
from etl.lake import open_lake
os.fsync = lambda descriptor: os.kill(os.getpid(), signal.SIGKILL)
open_lake(sys.argv[1]).write("raw_data/to_be_processed/x.json", b"content")
"""
OLDER = f"{PENDING}.2dadb9e3f10c4d0e8a5f6b7c8d9e0f1a"


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


def hidden(lake):
    return [path for path in Path(lake.location).rglob(".*") if path.name != ".lock"]


def die_in_a_write(lake):
    completed = subprocess.run([sys.executable, "-c", KILLED, lake.location], check=False)
    assert completed.returncode == -9


def test_the_next_write_deletes_what_a_write_that_died_has_left(lake):
    die_in_a_write(lake)
    (draft,) = hidden(lake)
    assert draft.read_bytes() == b"content" and draft.parent.name == "state"
    assert lake.list("") == []
    lake.write("raw_data/a", b"x")
    assert hidden(lake) == []


def test_a_draft_of_a_process_at_work_is_not_deleted(lake):
    lake.write("raw_data/a", b"x")
    with draft_in(Path(lake.location, "state"), b"half") as draft:
        open_lake(lake.location).write("raw_data/b", b"x")
        assert lake.list_drafts() == []
        draft.replace(Path(lake.location, "raw_data", "c"))
    assert lake.read("raw_data/c").body == b"half"


def test_a_writer_whose_draft_was_taken_for_that_of_a_dead_process_writes_again(lake, monkeypatch):
    lake.write("raw_data/before", b"x")
    original, taken = os.fsync, list[Path]()

    def delete_the_draft(descriptor):
        if not taken:
            (draft,) = hidden(lake)
            draft.unlink()
            taken.append(draft)
        original(descriptor)

    monkeypatch.setattr(os, "fsync", delete_the_draft)
    lake.write("raw_data/a", b"x")
    assert taken and lake.read("raw_data/a").body == b"x"


@pytest.mark.parametrize(("age", "is_left"), [(3600, False), (25 * 3600, True)])
def test_without_locks_a_draft_is_left_once_it_is_a_day_old(lake, monkeypatch, age, is_left):
    def missing(descriptor, operation):
        raise OSError(errno.ENOSYS, "not implemented")

    die_in_a_write(lake)
    (draft,) = hidden(lake)
    os.utime(draft, (time.time() - age,) * 2)
    monkeypatch.setattr("fcntl.flock", missing)
    assert bool(lake.list_drafts()) == is_left
    lake.write("raw_data/a", b"x")
    assert draft.exists() != is_left


def test_a_folder_of_a_lake_may_be_on_another_disk(lake, monkeypatch):
    replace = Path.replace

    def other_disk(path, target):
        if path.parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", other_disk)
    version = lake.write("raw_data/a", b"x", expected=None)
    assert lake.read("raw_data/a").version == version
    assert hidden(lake) == []


def test_verify_names_and_purge_deletes_what_any_version_has_left(lake, tmp_path):
    lake.write("raw_data/a", b"x")
    Path(lake.location, PENDING).mkdir()
    Path(lake.location, OLDER).write_bytes(b'{"items": []}')
    Path(lake.location, PENDING, ".DS_Store").write_bytes(b"of another program")
    die_in_a_write(lake)
    mirror = tmp_path / "mirror.duckdb"
    notices = [one for one in verify(lake, mirror).findings if one.remedy == "delete it"]
    assert [(one.subject, one.is_notice) for one in notices] == [
        (key, True) for key in sorted(lake.list_drafts())
    ]
    assert OLDER in lake.list_drafts() and len(lake.list_drafts()) == 2
    purge(lake, load_settings(mirror=mirror), plan_purge(lake, datetime(2020, 1, 1, tzinfo=UTC)))
    assert [path.name for path in hidden(lake)] == [".DS_Store"]
