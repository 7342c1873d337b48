"""What a person sees of a run: artifacts, assets, events, and how it failed."""

from __future__ import annotations

import json

import pytest
from prefect.artifacts import Artifact

from etl.errors import AccessDenied
from etl.lake import open_lake
from etl.pipeline import grouping, process
from flows import events, tasks
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from flows.update_lake import update_lake
from tests.support.small_lakes import chart_body, chart_name, drop

# Prefect leaves connections to its own server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("impatient"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def artifact(key):
    found = Artifact.get(key)
    assert found is not None
    return found


def drop_weeks(*weeks):
    drop(open_lake("lake"), {chart_name(week): chart_body(week) for week in weeks})


@pytest.fixture
def emitted(monkeypatch):
    """The events that runs give, beside Prefect's own."""
    told = []
    monkeypatch.setattr(events, "emit_event", lambda **given: told.append(given))
    return told


@pytest.fixture
def materialized(monkeypatch):
    """The events of assets."""
    told = []
    monkeypatch.setattr("prefect.events.emit_event", lambda **given: told.append(given))
    return told


def test_the_top_ten_comes_as_a_table_with_movements(folder):
    drop_weeks(0, 1)
    assert process_pending() == 2
    assert refresh_mirror() == 2
    found = artifact("top-ten-regional-xx-weekly")
    assert found.description == "2026-01-08: the top ten of regional-xx-weekly"
    table = json.loads(str(found.data))
    assert [row["movement"] for row in table] == ["▲ 1", "▲ 1", "▲ 1", "▲ 1", "NEW"]
    assert list(table[0]) == ["position", "movement", "peak", "weeks", "song", "artist"]


def test_a_chart_that_ended_long_ago_is_no_news(folder):
    lake = open_lake("lake")
    drop(lake, {chart_name(0, "yy"): chart_body(0), chart_name(9, "zz"): chart_body(9)})
    process_pending()
    refresh_mirror()
    assert Artifact.get("top-ten-regional-zz-weekly")
    assert Artifact.get("top-ten-regional-yy-weekly") is None


def test_the_quality_of_a_run_is_told_chart_by_chart(folder):
    drop_weeks(0, 1)
    drop(open_lake("lake"), {"nothing.json": b"{}"})
    process_pending()
    text = str(artifact("data-quality").data)
    assert "**2 snapshots** published, **1 file** quarantined." in text
    assert "| regional-xx-weekly | 2 | 10 | 10 | 0 |" in text
    assert "Rows: 10 songs, 0 albums, 0 artists." in text
    assert "- nothing.json breaks the rule" in text


def test_the_report_is_linked(folder):
    drop_weeks(0)
    process_pending()
    refresh_mirror()
    assert (folder / "report.html").as_uri() in str(artifact("report").data)


def test_a_long_backfill_shows_how_far_it_is(folder, monkeypatch):
    monkeypatch.setattr(grouping, "GROUP_FILES", 2)
    drop_weeks(*range(5))
    assert process_pending() == 5
    found = artifact("processing")
    assert (found.type, float(str(found.data))) == ("progress", 100)
    assert found.description == "Processing 5 files"


def test_the_tables_are_assets_with_their_rows_and_the_raw_snapshots_they_come_from(
    folder, materialized
):
    drop_weeks(0, 1)
    process_pending()
    tables = {
        one["resource"]["prefect.resource.name"]: one
        for one in materialized
        if one["event"] == "prefect.asset.materialization.succeeded"
    }
    assert set(tables) == {"songs", "albums", "artists"}
    assert tables["songs"]["payload"] == {"lake": "lake", "rows": 10, "snapshots": 2}
    lineage = {one["prefect.resource.id"] for one in tables["songs"]["related"]}
    assert lineage == {
        f"chartlake://raw_data/{chart_name(0)}",
        f"chartlake://raw_data/{chart_name(1)}",
        "duckdb",
    }


def test_of_many_raw_snapshots_the_zone_is_named(folder, materialized):
    drop_weeks(*range(51))
    process_pending()
    lineage = {one["prefect.resource.id"] for one in materialized[-1]["related"]}
    assert lineage == {"chartlake://raw_data/to_be_processed", "duckdb"}


def test_a_name_may_hold_what_the_key_of_an_asset_may_not(folder, materialized):
    name = "a name é [1] 100% #?&.json"
    drop(open_lake("lake"), {name: b"{}", f"{'long' * 50}.json": b"{}"})
    assert process_pending() == 0
    lineage = {one["prefect.resource.id"] for one in materialized[-1]["related"]}
    assert "chartlake://raw_data/a_name_é__1__100_____.json" in lineage


def test_what_was_published_is_told(folder, emitted):
    drop_weeks(0, 1)
    process_pending()
    process_pending()
    ((event, told),) = [(one["event"], one["payload"]) for one in emitted]
    assert (event, told) == ("chartlake.snapshots.published", {"snapshots": 2})


def test_a_gap_is_told_once_by_the_run_that_notices_it(folder, emitted):
    for weeks in ((0, 1, 3), (4, 6)):
        drop_weeks(*weeks)
        process.process_pending(open_lake("lake"), "parquet")
        refresh_mirror()
    refresh_mirror()
    gaps = [one for one in emitted if one["event"] == "chartlake.history.gap"]
    named = [gap["resource"]["chartlake.gap"] for gap in gaps]
    assert named == ["regional-xx-weekly 2026-01-15", "regional-xx-weekly 2026-02-05"]
    assert gaps[0]["payload"]["sentence"] == "The history of regional-xx-weekly lacks 2026-01-15."


def test_a_failure_begins_with_what_to_do_and_shows_no_traceback(folder, caplog):
    state = update_lake(["nobodysPlaylist"], return_state=True)
    first = str(state.message).splitlines()[0]
    assert first.startswith("Spotify does not show chart nobodysPlaylist to this app")
    assert "Check CHARTLAKE_CHARTS" in first
    assert "Traceback" not in caplog.text
    with pytest.raises(AccessDenied):
        update_lake(["nobodysPlaylist"])


def test_wrong_settings_fail_a_run_with_all_of_them(folder, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_FORMAT", "orc")
    state = update_lake(return_state=True)
    assert str(state.message).startswith("Nothing was done. Correct these settings")
    assert "CHARTLAKE_FORMAT" in str(state.message)


def test_a_task_that_takes_too_long_fails_the_run_in_plain_words(folder, monkeypatch):
    monkeypatch.setattr(tasks.process_files, "timeout_seconds", 0.01)
    drop_weeks(0)
    message = str(process_pending(return_state=True).message)
    assert message.startswith("A task took too long and was stopped:")
    assert message.endswith("The next run continues from there.")
