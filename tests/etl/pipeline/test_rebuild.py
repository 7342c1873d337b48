"""Rebuilds from the archive."""

import pytest

from etl.lake.layout import PROCESSED
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    derived_objects,
    history,
    playlist_body,
    put_pending,
    query_rows,
)

FORMATS = ("parquet", "csv")


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_rebuild_writes_the_same_bytes(lake, file_format):
    put_pending(lake, history())
    process_pending(lake, file_format)
    before = derived_objects(lake)
    for key in before:
        lake.delete(key)
    assert rebuild(lake, file_format).raw_files == 24
    assert derived_objects(lake) == before
    rebuild(lake, file_format)
    assert derived_objects(lake) == before


@IN_A_DIRECTORY
def test_a_rebuild_repairs_damaged_files(lake):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    before = derived_objects(lake)
    for key in before:
        if key.endswith("xx-weekly.parquet"):
            lake.write(key, b"garbage")
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before


def test_a_rebuild_keeps_snapshots_without_a_raw_file(lake):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    before = derived_objects(lake)
    for name in list(history())[::2]:
        lake.delete(PROCESSED + name)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == before


@IN_A_DIRECTORY
@pytest.mark.slow
def test_a_rebuild_can_change_the_format_of_the_lake(lake, tmp_path):
    put_pending(lake, history())
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "parquet.duckdb")
    rebuild(lake, "csv")
    assert {stored.key.rpartition(".")[2] for stored in lake.list("transformed_data/")} == {"csv"}
    refresh(lake, tmp_path / "csv.duckdb")
    songs = "select * replace (coalesce(label, '') as label) from songs order by all"
    assert query_rows(tmp_path / "csv.duckdb", songs) == query_rows(
        tmp_path / "parquet.duckdb", songs
    )


@IN_A_DIRECTORY
def test_a_rebuild_keeps_a_snapshot_whose_raw_file_lost_its_name_to_another(lake):
    for week in (0, 1):
        put_pending(lake, {"list.json": playlist_body(week)})
        process_pending(lake, "parquet")
    published = derived_objects(lake)
    rebuild(lake, "parquet")
    assert derived_objects(lake) == published


def test_a_rebuild_names_an_archived_file_that_it_cannot_read(lake):
    put_pending(lake, {"list.json": playlist_body(0)})
    process_pending(lake, "parquet")
    published = derived_objects(lake)
    lake.write("raw_data/processed/torn.json", b"{")
    assert [rejection.name for rejection in rebuild(lake, "parquet").rejected] == ["torn.json"]
    assert derived_objects(lake) == published
