"""Objects that the store does not hand out: they hold up no other, and are named."""

import os

import pytest

from etl.errors import AccessDenied, LakeError
from etl.lake import open_lake
from etl.lake.layout import MANIFESTS, PENDING, PROCESSED
from etl.pipeline.process import StillPending, pending_names, process_pending
from etl.pipeline.rebuild import rebuild
from etl.pipeline.verify import verify
from tests.support.refusals import refuse
from tests.support.small_lakes import (
    archived_names,
    chart_body,
    chart_name,
    derived_objects,
    history,
    playlist_body,
    put_pending,
)

LOCKED = LakeError("x.csv in the lake: Permission denied.")
FORBIDDEN = AccessDenied("S3 does not allow to read x.csv.", service="S3")
SONGS = "transformed_data/song_data/snapshot_month=2026-01/regional-xx-weekly.parquet"


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.mark.parametrize("error", [LOCKED, FORBIDDEN], ids=["permission", "policy"])
def test_a_pending_file_that_cannot_be_read_stays_pending_and_the_others_go_through(
    lake, monkeypatch, error
):
    files = {chart_name(week): chart_body(week) for week in range(3)}
    put_pending(lake, files)
    with monkeypatch.context() as context:
        refuse(context, "read", error, lambda key: key == PENDING + chart_name(1))
        processed = process_pending(lake, "parquet")
    assert processed.published == 2
    assert processed.still_pending == (StillPending((chart_name(1),), str(error)),)
    assert pending_names(lake) == [chart_name(1)]
    assert process_pending(lake, "parquet").published == 1
    assert archived_names(lake) == set(files)


@pytest.mark.parametrize("name", [chart_name(0), "list 2026-01-01.json", "of no date.json"])
def test_a_rebuild_keeps_what_is_published_of_an_archived_file_that_cannot_be_read(
    lake, monkeypatch, name
):
    put_pending(lake, {**history(2), "of no date.json": playlist_body(3)})
    process_pending(lake, "parquet")
    before = derived_objects(lake)
    with monkeypatch.context() as context:
        refuse(context, "read", LOCKED, lambda key: key == PROCESSED + name)
        rebuilt = rebuild(lake, "parquet")
    assert [(one.name, one.sentence) for one in rebuilt.unread] == [(name, str(LOCKED))]
    assert rebuilt.raw_files == 6
    assert derived_objects(lake) == before


@pytest.mark.parametrize(
    "key", [PROCESSED + chart_name(0), SONGS, f"{MANIFESTS}regional-xx-weekly/2026-01.json"]
)
def test_verify_names_what_it_cannot_read_and_checks_the_rest(lake, monkeypatch, tmp_path, key):
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refuse(monkeypatch, "read", LOCKED, lambda asked: asked == key)
    found = verify(lake, tmp_path / "mirror.duckdb", sleep=lambda seconds: None).findings
    faults = [finding.line for finding in found if not finding.is_notice]
    assert len(faults) == 1
    assert str(LOCKED) in faults[0]


def test_an_archived_file_that_no_manifest_lists_and_that_cannot_be_read_is_named(
    lake, monkeypatch, tmp_path
):
    lake.write(PROCESSED + chart_name(0), chart_body(0))
    refuse(monkeypatch, "read", LOCKED, lambda key: key.startswith(PROCESSED))
    found = verify(lake, tmp_path / "mirror.duckdb").findings
    assert str(LOCKED) in found[0].line


def test_what_lies_in_a_folder_that_cannot_be_read_is_not_missing(lake, monkeypatch):
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    scandir = os.scandir

    def locked(path):
        if str(path).endswith("regional-xx-weekly"):
            raise PermissionError(13, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", locked)
    with pytest.raises(LakeError, match="Permission denied"):
        lake.list(MANIFESTS)
