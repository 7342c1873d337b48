"""A rebuild from the archive."""

import pytest

from etl.lake.layout import PROCESSED
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support.small_lakes import ask, drop, everything_right_of_raw, history

FORMATS = ("parquet", "csv")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_rebuild_from_the_archive_gives_the_same_bytes(lake, file_format):
    drop(lake, history())
    process_pending(lake, file_format)
    before = everything_right_of_raw(lake)
    for key in before:
        lake.delete(key)
    assert rebuild(lake, file_format).raw_files == 24
    assert everything_right_of_raw(lake) == before
    rebuild(lake, file_format)
    assert everything_right_of_raw(lake) == before


def test_a_rebuild_mends_files_that_are_broken(lake):
    drop(lake, history())
    process_pending(lake, "parquet")
    before = everything_right_of_raw(lake)
    for key in before:
        if key.endswith("xx-weekly.parquet"):
            lake.write(key, b"garbage")
    rebuild(lake, "parquet")
    assert everything_right_of_raw(lake) == before


def test_a_rebuild_keeps_what_has_no_raw_file_any_more(lake):
    drop(lake, history())
    process_pending(lake, "parquet")
    before = everything_right_of_raw(lake)
    for name in list(history())[::2]:
        lake.delete(PROCESSED + name)
    rebuild(lake, "parquet")
    assert everything_right_of_raw(lake) == before


def test_a_rebuild_can_change_the_format_of_the_lake(lake, tmp_path):
    drop(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "one.duckdb")
    rebuild(lake, "csv")
    assert {one.key.rpartition(".")[2] for one in lake.list("transformed_data/")} == {"csv"}
    refresh(lake, tmp_path / "two.duckdb")
    songs = "select * replace (coalesce(label, '') as label) from songs order by all"
    assert ask(tmp_path / "two.duckdb", songs) == ask(tmp_path / "one.duckdb", songs)
