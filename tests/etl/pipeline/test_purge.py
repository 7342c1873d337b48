from __future__ import annotations

from datetime import UTC, datetime

import pytest

from etl.lake import open_lake
from etl.lake.intents import declare
from etl.lake.layout import PENDING, REFERENCE
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
    derived_objects,
    history,
    lake_contents,
    playlist_body,
    playlist_name,
    put_pending,
    query_rows,
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


def test_pending_and_quarantined_files_are_deleted(lake):
    put_pending(lake, {"broken 2020-01-01.json": b"{}"})
    process_pending(lake, "parquet")
    put_pending(lake, playlist_files(0, 2))
    run(lake, FEBRUARY)
    assert lake_contents(lake) == {}
    assert lake.list(PENDING) == []
