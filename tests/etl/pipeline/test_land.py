from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from etl.errors import InvalidInput
from etl.lake import open_lake
from etl.lake.layout import PENDING, PROCESSED
from etl.pipeline.identify import identify
from etl.pipeline.land import History, land_file
from etl.pipeline.process import process_pending
from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name, playlist_body, put_pending

NOW = datetime(2026, 11, 20, 6, 0, 1, 999999, tzinfo=UTC)
JANUARY = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
CHART = "3cEYpjA9oz9GiPac4AsH4n"
PAGE = json.dumps(made_up.page(made_up.songs(1, 2), href=None)).encode()


@pytest.fixture
def directory(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def land(tmp_path, directory):
    """Lands a file with that name and content; returns the name in the landing zone."""

    def run(name, body, chart_id=None, snapshot_at=None, now=NOW):
        path = tmp_path / name
        path.write_bytes(body)
        landed = land_file(directory, path, chart_id, snapshot_at, now).name
        assert directory.read(PENDING + landed).body == body
        return landed

    return run


def test_a_file_without_options_keeps_its_name(land):
    assert land(chart_name(0), chart_body(0)) == chart_name(0)
    assert land("anything at all.json", PAGE) == "anything at all.json"


def test_a_given_chart_and_time_become_the_name(land):
    landed = land("x.json", PAGE, "my.chart", JANUARY)
    assert landed == "spotify_raw_my.chart_20260102T030405Z.json"
    landed = land("x.csv", chart_body(0), "my.chart", JANUARY)
    assert landed == "spotify_raw_my.chart_20260102T030405Z.csv"


def test_a_given_chart_is_combined_with_the_time_in_the_name_or_now(land):
    assert land("list 2026-03-04.json", PAGE, CHART) == f"spotify_raw_{CHART}_20260304T000000Z.json"
    assert land("list.json", PAGE, CHART) == f"spotify_raw_{CHART}_20261120T060001Z.json"


def test_a_given_time_is_combined_with_the_chart_in_the_name_or_content(land):
    landed = land(chart_name(0), chart_body(0), None, JANUARY)
    assert landed == "spotify_raw_regional-xx-weekly_20260102T030405Z.csv"
    identity = identify(land("2020-01-01 list.json", PAGE, None, JANUARY))
    assert (identity.chart_id, identity.snapshot_at) == (None, JANUARY)


def test_the_latest_chart_lands_under_the_chart_in_its_name_and_the_given_time(land):
    landed = land("regional-xx-daily-latest.csv", chart_body(0), None, JANUARY)
    assert landed == "spotify_raw_regional-xx-daily_20260102T030405Z.csv"


def test_the_same_file_is_landed_only_once(land, directory):
    assert land(chart_name(0), chart_body(0)) == land(chart_name(0), chart_body(0))
    assert len(directory.list(PENDING)) == 1


def test_pending_files_are_never_overwritten(land, directory):
    names = [land(chart_name(0), chart_body(week)) for week in (0, 1, 2)]
    stem = chart_name(0).removesuffix(".csv")
    assert names == [f"{stem}.csv", f"{stem} (1).csv", f"{stem} (2).csv"]
    assert process_pending(directory, "parquet").published == 1
    assert len(directory.list(PROCESSED)) >= 1


def test_an_envelope_cannot_be_landed_as_another_chart(land):
    with pytest.raises(InvalidInput, match=r"land it without --chart and --at"):
        land("x.json", playlist_body(0), "other")


def test_a_folder_is_not_a_file(directory, tmp_path):
    with pytest.raises(InvalidInput, match="cannot be read: Is a directory"):
        land_file(directory, tmp_path)


def test_a_landed_file_is_new_known_or_replaces_what_is_published(directory, tmp_path):
    put_pending(directory, {chart_name(0): chart_body(0)})
    process_pending(directory, "parquet")
    history = History(directory, tmp_path / "mirror.duckdb")

    def standing(name, body):
        (tmp_path / name).write_bytes(body)
        return history.standing(land_file(directory, tmp_path / name))

    assert standing(chart_name(0), chart_body(0)) == "known"
    assert standing(chart_name(0), chart_body(1)) == "replaces"
    assert standing(chart_name(1), chart_body(1)) == "new"
    assert standing("list.json", chart_body(1)) is None
