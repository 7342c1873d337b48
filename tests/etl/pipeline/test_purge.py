from __future__ import annotations

from datetime import UTC, datetime

import pytest

from etl.lake import open_lake
from etl.lake.layout import PENDING, REFERENCE
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.purge import PurgePlan, plan_purge, purge
from etl.pipeline.rebuild import rebuild
from etl.settings import load_settings
from etl.sources.references import Answer, Reference, write_reference
from tests.support import made_up
from tests.support.small_lakes import (
    archived,
    ask,
    contents,
    drop,
    everything_right_of_raw,
    history,
    listing_body,
    listing_name,
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


def playlists(first, last=WEEKS):
    return {listing_name(week): listing_body(week) for week in range(first, last)}


def test_a_plan_deletes_nothing(lake):
    drop(lake, history(WEEKS))
    process_pending(lake, "parquet")
    before = contents(lake)
    plan = plan_purge(lake, FEBRUARY)
    assert (plan.snapshot_count, len(plan.raw_files)) == (5, 5)
    assert contents(lake) == before


def test_what_is_left_is_what_there_would_be_without_it(lake, tmp_path):
    for before, first in ((FEBRUARY, 5), (MID_JANUARY, 3)):
        drop(lake, history(WEEKS))
        process_pending(lake, "parquet")
        run(lake, before)
        assert archived(lake) == set(CHART_FILES) | set(playlists(first))
        never = open_lake(str(tmp_path / f"never-{first}"))
        drop(never, CHART_FILES | playlists(first))
        process_pending(never, "parquet")
        assert everything_right_of_raw(lake) == everything_right_of_raw(never)
        rebuild(lake, "parquet")
        assert everything_right_of_raw(lake) == everything_right_of_raw(never)


def test_the_mirror_follows(lake, tmp_path):
    drop(lake, history(WEEKS))
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    run(lake, MID_JANUARY)
    refresh(lake, tmp_path / "mirror.duckdb")
    left = f"select count(distinct snapshot_at) from songs where chart_id = '{made_up.PLAYLIST}'"
    assert ask(tmp_path / "mirror.duckdb", left) == [(WEEKS - 3,)]
    files = "select count(distinct (chart_id, snapshot_at)) from songs where chart_id like 'reg%'"
    assert ask(tmp_path / "mirror.duckdb", files) == [(2 * WEEKS,)]


def test_what_was_learned_goes_and_chart_files_stay_without_it(lake):
    drop(lake, CHART_FILES)
    process_pending(lake, "parquet")
    unlearned = everything_right_of_raw(lake)
    track = made_up.track(3)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    uri = made_up.chart_row(3, 3)["uri"]
    song_id = uri.rpartition(":")[2]
    write_reference(lake, Reference("spotify", "track", moment, (Answer(song_id, track),)))
    rebuild(lake, "parquet")
    assert everything_right_of_raw(lake) != unlearned
    plan = run(lake, datetime(2099, 1, 1, tzinfo=UTC))
    assert (plan.snapshot_count, len(plan.raw_files), len(plan.references)) == (0, 0, 1)
    assert lake.list(REFERENCE) == []
    assert everything_right_of_raw(lake) == unlearned


def test_what_is_pending_or_quarantined_goes_as_well(lake):
    drop(lake, {"broken 2020-01-01.json": b"{}"})
    process_pending(lake, "parquet")
    drop(lake, playlists(0, 2))
    run(lake, FEBRUARY)
    assert contents(lake) == {}
    assert lake.list(PENDING) == []
