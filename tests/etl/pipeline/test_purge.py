from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from etl.lake import open_lake
from etl.lake.intents import declare
from etl.lake.layout import PENDING, PROCESSED, QUARANTINE, REASON_SUFFIX, REFERENCE
from etl.lake.partitions import read_manifests
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.purge import PurgePlan, carry_out, plan_purge, purge
from etl.pipeline.rebuild import rebuild
from etl.pipeline.unfinished import finish_unfinished
from etl.settings import load_settings
from etl.sources.references import Answer, Reference, write_reference
from tests.support import made_up
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    archived_names,
    chart_body,
    chart_name,
    derived_objects,
    history,
    lake_contents,
    page_body,
    playlist_body,
    playlist_name,
    put_pending,
    query_rows,
    replace_in_archive,
)

WEEKS = 8
FEBRUARY = datetime(2026, 2, 1, tzinfo=UTC)
MID_JANUARY = datetime(2026, 1, 20, tzinfo=UTC)
CHART_FILES = {name: body for name, body in history(WEEKS).items() if name.endswith(".csv")}


def run(lake, before) -> PurgePlan:
    settings = load_settings(lake=lake.location)
    plan = plan_purge(lake, before)
    purge(lake, settings, plan)
    return plan


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def playlist_files(first, last=WEEKS):
    return {playlist_name(week): playlist_body(week) for week in range(first, last)}


@IN_A_DIRECTORY
def test_a_plan_deletes_nothing(lake):
    put_pending(lake, history(WEEKS))
    process_pending(lake, "parquet")
    before = lake_contents(lake)
    plan = plan_purge(lake, FEBRUARY)
    assert (plan.snapshot_count, len(plan.raw_files)) == (5, 5)
    assert lake_contents(lake) == before


@pytest.mark.slow
def test_a_purged_lake_equals_a_lake_that_never_had_the_snapshots(lake, tmp_path):
    for before, first in ((FEBRUARY, 5), (MID_JANUARY, 3)):
        put_pending(lake, history(WEEKS))
        process_pending(lake, "parquet")
        run(lake, before)
        assert archived_names(lake) == set(CHART_FILES) | set(playlist_files(first))
        other = open_lake(str(tmp_path / f"other-{first}"))
        put_pending(other, CHART_FILES | playlist_files(first))
        process_pending(other, "parquet")
        assert derived_objects(lake) == derived_objects(other)
        rebuild(lake, "parquet")
        assert derived_objects(lake) == derived_objects(other)


@IN_A_DIRECTORY
def test_a_refresh_purges_the_mirror(lake, tmp_path):
    put_pending(lake, history(WEEKS))
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    run(lake, MID_JANUARY)
    refresh(lake, tmp_path / "mirror.duckdb")
    playlists = (
        f"select count(distinct snapshot_at) from songs where chart_id = '{made_up.PLAYLIST}'"
    )
    assert query_rows(tmp_path / "mirror.duckdb", playlists) == [(WEEKS - 3,)]
    chart_files = (
        "select count(distinct (chart_id, snapshot_at)) from songs where chart_id like 'reg%'"
    )
    assert query_rows(tmp_path / "mirror.duckdb", chart_files) == [(2 * WEEKS,)]


@pytest.mark.parametrize("next_run", ["purge", "mirror", "process"])
def test_the_mirror_is_empty_once_everything_is_purged(lake, tmp_path, next_run):
    put_pending(lake, playlist_files(0, 2))
    process_pending(lake, "parquet")
    settings = load_settings(lake=lake.location)
    refresh(lake, settings.mirror)
    plan = plan_purge(lake, FEBRUARY)
    if next_run == "purge":
        purge(lake, settings, plan)
    else:  # the purge dies before it refreshes the mirror
        declare(lake, plan.to_intent())
        carry_out(lake, plan, "parquet")
        if next_run == "mirror":
            finish_unfinished(lake, "parquet")
        else:
            process_pending(lake, "parquet")
    assert refresh(lake, settings.mirror).snapshots == 0
    assert query_rows(settings.mirror, "select count(*) from songs") == [(0,)]


@IN_A_DIRECTORY
def test_references_are_deleted_and_chart_files_are_kept(lake):
    put_pending(lake, CHART_FILES)
    process_pending(lake, "parquet")
    expected = derived_objects(lake)
    track = made_up.track(3)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    uri = made_up.chart_row(3, 3)["uri"]
    song_id = uri.rpartition(":")[2]
    write_reference(lake, Reference("spotify", "track", moment, (Answer(song_id, track),)))
    rebuild(lake, "parquet")
    assert derived_objects(lake) != expected
    plan = run(lake, datetime(2099, 1, 1, tzinfo=UTC))
    assert (plan.snapshot_count, len(plan.raw_files), len(plan.references)) == (0, 0, 1)
    assert lake.list(REFERENCE) == []
    assert derived_objects(lake) == expected


def published_days(lake):
    """The days of the published snapshots."""
    return [one.snapshot_at.day for manifest in read_manifests(lake) for one in manifest.snapshots]


@pytest.mark.parametrize("loses_its_name", [False, True])
def test_of_files_of_one_name_each_is_purged_in_its_own_time(lake, loses_its_name):
    for week in (0, 1, 3):
        put_pending(lake, {"list.json": playlist_body(week)})
        process_pending(lake, "parquet")
        if loses_its_name and week < 3:
            replace_in_archive(lake, "list.json")
    plan = run(lake, MID_JANUARY)
    assert (plan.snapshot_count, len(plan.raw_files)) == (2, 2)
    assert published_days(lake) == [22]
    assert len(archived_names(lake)) == 1
    run(lake, FEBRUARY)
    assert lake_contents(lake) == {}


def test_a_quarantined_file_does_not_purge_what_is_published_under_its_name(lake):
    name = "list 2026-01-01.json"
    put_pending(lake, {name: b'{"error": {"status": 404}}'})
    process_pending(lake, "parquet")
    put_pending(lake, {name: playlist_body(3)})
    process_pending(lake, "parquet")
    plan = run(lake, MID_JANUARY)
    assert (plan.snapshot_count, set(plan.raw_files)) == (
        0,
        {QUARANTINE + name, QUARANTINE + name + REASON_SUFFIX},
    )
    assert published_days(lake) == [22]
    assert archived_names(lake) == {name}


def test_a_snapshot_is_as_old_as_its_envelope_says(lake):
    put_pending(lake, {"backup.json": playlist_body(0)})
    process_pending(lake, "parquet")
    put_pending(lake, {"backup.json": playlist_body(1)})
    run(lake, FEBRUARY)
    assert lake_contents(lake) == {}


@IN_A_DIRECTORY
def test_a_snapshot_is_as_old_as_its_manifest_says(lake):
    moments = {"old.json": MID_JANUARY, "new.json": FEBRUARY}
    for name, moment in moments.items():
        put_pending(lake, {name: page_body(1)})
        os.utime(Path(lake.location, PENDING, name), (moment.timestamp(),) * 2)
    process_pending(lake, "parquet")
    for name in moments:  # as after a copy of the lake without the times of its files
        os.utime(Path(lake.location, PROCESSED, name))
    put_pending(lake, {"old.json": page_body(1)})  # the same bytes landed again
    run(lake, FEBRUARY)
    assert archived_names(lake) == {"new.json"}
    assert [stored.key for stored in lake.list(PENDING)] == [f"{PENDING}old.json"]


@IN_A_DIRECTORY
@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_response_that_was_saved_as_something_else_is_deleted(lake, encoding):
    text = playlist_body(0).decode()
    put_pending(lake, {"backup.json": text.encode(encoding), "mark.json": f"ï»¿{text}".encode()})
    put_pending(lake, {chart_name(0): chart_body(0).decode("utf-8-sig").encode(encoding)})
    assert len(process_pending(lake, "parquet").quarantined) == 3
    run(lake, datetime(2099, 1, 1, tzinfo=UTC))
    assert set(lake_contents(lake)) == {QUARANTINE + chart_name(0)}


def test_pending_and_quarantined_files_are_deleted(lake):
    put_pending(lake, {"broken 2020-01-01.json": b"{}"})
    process_pending(lake, "parquet")
    put_pending(lake, playlist_files(0, 2))
    run(lake, FEBRUARY)
    assert lake_contents(lake) == {}
    assert lake.list(PENDING) == []
